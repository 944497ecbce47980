import { lookup } from 'node:dns/promises';
import { Agent } from 'undici';
import type { HttpConnector } from '../domain/connector-config.ts';
import type { HttpRequest, RenderedRequest } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';
import type { SecretRef, System } from '../domain/manifest.ts';
import { coversRequest } from '../domain/scope.ts';
import { type Connector, NOT_BEGUN, type WriteOptions } from './connector.ts';
import { readSecrets } from './credential.ts';
import { type Exchange, exchange, type NotSent } from './exchange.ts';
import { headersOf, nameOf, targetOf } from './outgoing.ts';
import { createPinnedConnect, type Resolve } from './pinned-connect.ts';
import { understand } from './understand.ts';

const LONGEST_MS = 30_000;

interface Call {
  readonly request: RenderedRequest;
  readonly lines: readonly string[];
  /** What the lines are, for people: `read`, `"refunds" write`. */
  readonly called: string;
  /** Undefined: a read. */
  readonly writing: Omit<WriteOptions, 'scope'> | undefined;
}

interface Way {
  readonly system: System;
  readonly config: HttpConnector;
  readonly base: URL;
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly secretOf: (ref: SecretRef) => string;
}

/** A system that speaks JSON over HTTP. What `secretOf` throws may be shown to people. */
export function createHttpConnector(options: {
  readonly system: System;
  /** The system's own connector, or what a system that is written by hand is read through. */
  readonly config: HttpConnector;
  readonly secretOf: (ref: SecretRef) => string;
  readonly resolve?: Resolve;
}): Connector {
  const { system, config, secretOf, resolve = (hostname) => lookup(hostname, { all: true }) } = options;
  const { allowPrivate, baseUrl, idempotencyHeader } = config;
  const timeoutMs = Math.min(LONGEST_MS, config.timeoutMs);
  const agent = new Agent({
    connect: createPinnedConnect({ allowPrivate, timeoutMs, resolve }),
    // A kept connection may be closed by the other side as we write. Where no key lets that write be sent again it would be
    // lost to chance, so each gets a connection of its own.
    pipelining: idempotencyHeader === undefined ? 0 : 1,
  });
  const way: Way = { system, config, base: new URL(baseUrl), agent, timeoutMs, secretOf };

  const inHand = new Set<Promise<Answer>>();
  const call = (wanted: Call): Promise<Answer> => {
    const answer = carry(way, wanted).finally(() => inHand.delete(answer));
    inHand.add(answer);
    return answer;
  };

  let closing: Promise<void> | undefined;
  return {
    timeoutMs,
    read: (request) =>
      call({ request, lines: Object.values(system.read).flat(), called: 'read', writing: undefined }),
    write: (request, { scope, ...writing }) => {
      const lines = Object.hasOwn(system.write, scope) ? (system.write[scope] ?? []) : [];
      return call({ request, lines, called: `"${scope}" write`, writing });
    },
    close: () => {
      // Not the agent's own `close`, which would wait for a connection that is being opened for a call given up long ago.
      closing ??= Promise.all(inHand).then(() => agent.destroy());
      return closing;
    },
  };
}

async function carry(way: Way, wanted: Call): Promise<Answer> {
  const { system, base, timeoutMs } = way;
  const { request } = wanted;
  if (!('method' in request)) return refuse('it is no HTTP request');
  const target = targetOf(base, request.path);
  if (target === undefined || !coversRequest(wanted.lines, request))
    return refuse(`${nameOf(request)} is not covered by the ${wanted.called} lines of ${system.id}`);
  const secrets = readSecrets(system.credential?.secrets ?? [], way.secretOf);
  if (!secrets.ok) return { kind: 'not_sent', why: secrets.why, permanent: false };

  const { key, receipt, start } = wanted.writing ?? {};
  const leaveBy = start ? await start() : Number.POSITIVE_INFINITY;
  if (leaveBy === undefined) return NOT_BEGUN;
  const until = performance.now() + timeoutMs;
  const [present = '', old] = secrets.values;
  let came = await send(way, { request, key, receipt, leaveBy }, target, { secret: present, until });
  // A 401 was not done, so the credential that is being rotated out may be tried, for writes too.
  if (came.kind === 'answered' && came.status === 401 && old !== undefined)
    came = await send(way, { request, key, receipt, leaveBy }, target, { secret: old, until });
  return came.kind === 'answered' ? understand(came, wanted.writing !== undefined, secrets.values) : came;
}

async function send(
  { config, base, agent }: Way,
  call: {
    readonly request: HttpRequest;
    readonly key: string | undefined;
    readonly receipt: string | undefined;
    readonly leaveBy: number;
  },
  path: string,
  { secret, until }: { readonly secret: string; readonly until: number },
): Promise<Exchange> {
  const { request, key, receipt, leaveBy } = call;
  const { method } = request;
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  const built = headersOf(config, { secret, key, receipt, hasBody: body !== null });
  if (!built.ok) return refuse(`the header ${built.unfit} would not be visible ASCII`);
  const outgoing = { origin: base.origin, method, path, headers: built.headers, body, leaveBy };
  return exchange(agent, outgoing, Math.max(0, Math.ceil(until - performance.now())));
}

function refuse(why: string): NotSent {
  return { kind: 'not_sent', why, permanent: true };
}
