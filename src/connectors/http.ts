import { lookup } from 'node:dns/promises';
import { Agent, type buildConnector, type Dispatcher } from 'undici';
import type { HttpConnector } from '../domain/connector-config.ts';
import type { HttpRequest, RenderedRequest } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';
import type { SecretRef, System } from '../domain/manifest.ts';
import { coversRequest } from '../domain/scope.ts';
import { type Connector, NOT_BEGUN, type WriteOptions } from './connector.ts';
import { readSecrets } from './credential.ts';
import { type Exchange, exchange, type NotSent } from './exchange.ts';
import { headersOf, nameOf, targetOf } from './outgoing.ts';
import { openOwnConnection } from './own-connection.ts';
import { timeoutOf } from './patience.ts';
import { createPinnedConnect, type Resolve } from './pinned-connect.ts';
import { understand } from './understand.ts';

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
  readonly connect: buildConnector.connector;
  /** Which of two credentials was taken last; while one is rotated a write must not lose its moment to the other's refusal. */
  readonly taken: { index: number };
  readonly timeoutMs: number;
  readonly secretOf: (ref: SecretRef) => string;
}

export interface HttpOptions {
  readonly system: System;
  /** The system's own connector, or what a system that is written by hand is read through. */
  readonly config: HttpConnector;
  readonly secretOf: (ref: SecretRef) => string;
  readonly resolve?: Resolve;
}

/** A system that speaks JSON over HTTP. What `secretOf` throws may be shown to people. */
export function createHttpConnector(options: HttpOptions): Connector {
  const { system, config, secretOf, resolve = (hostname) => lookup(hostname, { all: true }) } = options;
  const { allowPrivate, baseUrl } = config;
  const timeoutMs = timeoutOf(config);
  const connect = createPinnedConnect({ allowPrivate, timeoutMs, resolve });
  const agent = new Agent({ connect });
  const base = new URL(baseUrl);
  const way: Way = { system, config, base, agent, connect, taken: { index: 0 }, timeoutMs, secretOf };

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
  const { system, config, base, timeoutMs } = way;
  const { request } = wanted;
  if (!('method' in request)) return refuse('it is no HTTP request');
  const target = targetOf(base, request.path);
  if (target === undefined || !coversRequest(wanted.lines, request))
    return refuse(`${nameOf(request)} is not covered by the ${wanted.called} lines of ${system.id}`);
  const secrets = readSecrets(system.credential?.secrets ?? [], way.secretOf);
  if (!secrets.ok) return { kind: 'not_sent', why: secrets.why, permanent: false };

  const until = performance.now() + timeoutMs;
  const own =
    wanted.writing && config.idempotencyHeader === undefined
      ? await openOwnConnection(way.connect, base)
      : undefined;
  if (own && 'kind' in own) return own;
  try {
    const { key, receipt, start } = wanted.writing ?? {};
    const leaveBy = start ? await start() : Number.POSITIVE_INFINITY;
    if (leaveBy === undefined) return NOT_BEGUN;
    const outgoing = { request, key, receipt, leaveBy, until, dispatcher: own ?? way.agent };
    const came = await sendWithEither(way, outgoing, target, secrets.values);
    return came.kind === 'answered' ? understand(came, wanted.writing !== undefined, secrets.values) : came;
  } finally {
    await own?.destroy();
  }
}

/** A 401 was not done, so the other of two credentials may be tried while one is rotated, for writes too. */
async function sendWithEither(
  way: Way,
  call: Sending,
  target: string,
  secrets: readonly string[],
): Promise<Exchange> {
  const first = secrets[way.taken.index] === undefined ? 0 : way.taken.index;
  const came = await send(way, call, target, secrets[first] ?? '');
  const other = secrets[1 - first];
  if (came.kind !== 'answered' || came.status !== 401 || other === undefined) return came;
  const again = await send(way, { ...call, dispatcher: way.agent }, target, other);
  if (again.kind === 'answered' && again.status !== 401) way.taken.index = 1 - first;
  return again;
}

interface Sending {
  readonly request: HttpRequest;
  readonly key: string | undefined;
  readonly receipt: string | undefined;
  readonly leaveBy: number;
  readonly until: number;
  readonly dispatcher: Dispatcher;
}

async function send({ config, base }: Way, call: Sending, path: string, secret: string): Promise<Exchange> {
  const { request, key, receipt, leaveBy, until } = call;
  const { method } = request;
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  const built = headersOf(config, { secret, key, receipt, hasBody: body !== null });
  if (!built.ok) return refuse(`the header ${built.unfit} would not be visible ASCII`);
  const outgoing = { origin: base.origin, method, path, headers: built.headers, body, leaveBy };
  return exchange(call.dispatcher, outgoing, Math.max(0, Math.ceil(until - performance.now())));
}

function refuse(why: string): NotSent {
  return { kind: 'not_sent', why, permanent: true };
}
