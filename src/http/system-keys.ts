import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Manifests, SecretRef } from '../domain/manifest.ts';
import type { Collector } from '../lifecycle/collect.ts';
import { sha256 } from './agent-keys.ts';
import type { Read } from './answer.ts';
import { headerOf } from './authenticate.ts';
import type { SystemCall } from './call.ts';
import { problem } from './problem.ts';
import { readBody } from './read-body.ts';

/**
 * Finds out whether it is the system itself that calls, by its own token. The secret is read for each call, so that a rotated one
 * counts at once. A system that is not there, one that does not collect and a wrong token are told apart for nobody.
 */
export function createSystemCallReader(manifests: Manifests, secretOf: (ref: SecretRef) => string) {
  return async (
    request: IncomingMessage,
    params: Readonly<Record<string, string>>,
    query: string,
  ): Promise<Read<SystemCall>> => {
    const collector = collectorOf(manifests, params.system ?? '');
    const token = /^Bearer +([\x21-\x7e]+)$/i.exec(headerOf(request.headers, 'authorization'))?.[1];
    const given = sha256(token ?? '');
    const known = (collector?.system.credential?.secrets ?? []).map((ref) =>
      timingSafeEqual(sha256(secretOf(ref)), given),
    );
    if (!collector || token === undefined || !known.includes(true)) return unproved;
    const body = await readBody(request);
    if (!body.ok) return body;
    return {
      ok: true,
      value: {
        collector,
        params,
        query: new URLSearchParams(query),
        headers: request.headers,
        body: body.value,
      },
    };
  };
}

function collectorOf({ systems }: Manifests, id: string): Collector | undefined {
  const system = Object.hasOwn(systems, id) ? systems[id] : undefined;
  return system?.connector.type === 'queue' ? { system, connector: system.connector } : undefined;
}

const unproved: Read<SystemCall> = {
  ok: false,
  refusal: problem(
    'unproved',
    "Send Authorization: Bearer <the system's own token>.",
    {},
    { 'www-authenticate': 'Bearer' },
  ),
};
