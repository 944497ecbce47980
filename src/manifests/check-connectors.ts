import {
  type ConnectorConfig,
  type HttpConnector,
  type McpConnector,
  type RequestTemplate,
  readsThrough,
} from '../domain/connector-config.ts';
import type { System } from '../domain/manifest.ts';
import { coversRequest } from '../domain/scope.ts';
import type { Drafts } from './drafts.ts';
import type { Path } from './problem.ts';
import { headOf } from './request-schema.ts';
import type { Source } from './source.ts';

/** What a connector is asked is of its kind. */
export function checkConnectors(drafts: Drafts): void {
  for (const { source, value } of drafts.systems) {
    checkFit(source, value);
    checkProof(source, value);
    const remote = readsThrough(value.connector);
    const above = value.connector.type === 'manual' ? ['connector', 'reads'] : ['connector'];
    if (remote) checkEncrypted(source, remote, above);
  }
}

/** Warns of a credential that would cross the public internet in the clear. */
export function checkEncrypted(source: Source, remote: HttpConnector | McpConnector, above: Path): void {
  const place = placeOf(remote);
  if (!place || place.allowPrivate || !place.address.startsWith('http://')) return;
  source.report([...above, place.key], 'sends the credential unencrypted: use https://', 'warning');
}

/** Where it is reached, and the key that this stands under; undefined: it is a program of our own. */
export function placeOf(
  remote: HttpConnector | McpConnector,
): { readonly key: string; readonly address: string; readonly allowPrivate: boolean } | undefined {
  if ('command' in remote) return undefined;
  const { allowPrivate } = remote;
  return remote.type === 'http'
    ? { key: 'base_url', address: remote.baseUrl, allowPrivate }
    : { key: 'url', address: remote.url, allowPrivate };
}

/** How people call what each kind of connector is asked. */
export const HEADS: Record<ConnectorConfig['type'], string> = {
  http: 'a request (get, post, put, patch or delete)',
  mcp: 'a tool',
  queue: 'an event',
  manual: 'instructions',
};

export function kindOf(request: RequestTemplate): ConnectorConfig['type'] {
  const head = headOf(request);
  if (head === 'tool') return 'mcp';
  if (head === 'event') return 'queue';
  return head === 'instructions' ? 'manual' : 'http';
}

function checkFit(source: Source, { connector, kind, actions }: System): void {
  if (kind === 'last_resort' && connector.type !== 'manual')
    source.report(['connector', 'type'], 'must be manual: a last resort is written by hand only');
  const reads = readsThrough(connector)?.type;
  for (const { id, before, after, find, undo, require, request } of Object.values(actions)) {
    const check = (
      path: Path,
      asked: RequestTemplate | undefined,
      type: ConnectorConfig['type'] | undefined = reads,
    ) => {
      if (!asked || kindOf(asked) === type) return;
      const message = type ? `must be ${HEADS[type]}` : 'must be left out: this system can not be read';
      source.report(['actions', id, ...path, headOf(asked)], message, 'error', 'key');
    };
    check(['before'], before);
    check(['after'], after);
    check(['find'], find?.request);
    check(['undo', 'read'], undo?.read);
    check(['do'], request, connector.type);
    check(['undo', 'do'], undo?.request, connector.type);
    // What nobody else keeps may be wrong: it can be looked at, but decides nothing.
    if (kind === 'last_resort' && require.length > 0)
      source.report(
        ['actions', id, 'require'],
        'must be left out: what a last resort says decides nothing',
        'error',
        'key',
      );
  }
}

/** What proves a credential is a read like any other. */
function checkProof(source: Source, { connector, credential, read }: System): void {
  const prove = credential?.prove;
  if (!prove) return;
  const type = readsThrough(connector)?.type;
  const at = ['credential', 'prove', headOf(prove.request)];
  if (kindOf(prove.request) !== type)
    source.report(
      at,
      type ? `must be ${HEADS[type]}` : 'must be left out: this system can not be read',
      'error',
      'key',
    );
  else if (!coversRequest(Object.values(read).flat(), prove.request))
    source.report(at, 'is covered by no line of read: add it there, or it is refused before it leaves');
}
