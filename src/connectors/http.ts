import { lookup } from 'node:dns/promises';
import { Agent, type Dispatcher } from 'undici';
import type { RenderedRequest } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';
import type { SecretRef, System } from '../domain/manifest.ts';
import type { Connector } from './connector.ts';
import { type Exchange, exchange } from './exchange.ts';
import { headersOf, isCovered, nameOf, targetOf } from './outgoing.ts';
import { createPinnedConnect, type Resolve } from './pinned-connect.ts';
import { readBody } from './read-body.ts';
import { retryAfterMs } from './retry-after.ts';

const LONGEST_MS = 30_000;

interface Call {
  readonly request: RenderedRequest;
  readonly lines: readonly string[];
  /** What the lines are, for people: `read`, `"refunds" write`. */
  readonly called: string;
  /** Undefined: a read. */
  readonly key: string | undefined;
}

/** A system that speaks JSON over HTTP. `secretOf` may throw; its message may be shown to people. */
export function createHttpConnector(options: {
  readonly system: System;
  readonly secretOf: (ref: SecretRef) => string;
  readonly resolve?: Resolve;
}): Connector {
  const { system, secretOf, resolve = (hostname) => lookup(hostname, { all: true }) } = options;
  const config = system.connector;
  const timeoutMs = Math.min(LONGEST_MS, config.timeoutMs);
  const agent = new Agent({
    connect: createPinnedConnect({ allowPrivate: config.allowPrivate, timeoutMs, resolve }),
    // A kept connection may be closed by the other side as we write. Where no key lets that write be sent again it would be
    // lost to chance, so each gets a connection of its own.
    pipelining: config.idempotencyHeader === undefined ? 0 : 1,
  });

  const call = async (wanted: Call): Promise<Answer> => {
    const { request } = wanted;
    const target = targetOf(config.baseUrl, request.path);
    if (target === undefined || !isCovered(wanted.lines, request))
      return refuse(`${nameOf(request)} is not covered by the ${wanted.called} lines of ${system.id}`);
    const secrets = readSecrets(system.credential.secrets, secretOf);
    if (!secrets.ok) return { kind: 'not_sent', why: secrets.why, permanent: false };

    const until = performance.now() + timeoutMs;
    const attempt = (secret: string): Promise<Exchange> => send(agent, wanted, target, secret, until);
    const [present = '', old] = secrets.values;
    let came = await attempt(present);
    // A 401 was not done, so the credential that is being rotated out may be tried, for writes too.
    if (came.kind === 'answered' && came.status === 401 && old !== undefined) came = await attempt(old);
    return came.kind === 'answered' ? understand(came, wanted.key !== undefined, secrets.values) : came;
  };

  const send = (
    agent: Dispatcher,
    wanted: Call,
    target: string,
    secret: string,
    until: number,
  ): Promise<Exchange> => {
    const { method, body } = wanted.request;
    const headers = headersOf(config, { secret, key: wanted.key, hasBody: body !== undefined });
    if (!headers.ok) return Promise.resolve(refuse(`the header ${headers.unfit} would not be visible ASCII`));
    const outgoing = {
      origin: new URL(config.baseUrl).origin,
      method,
      path: target,
      headers: headers.headers,
      body: body === undefined ? null : JSON.stringify(body),
    };
    return exchange(agent, outgoing, Math.max(0, Math.ceil(until - performance.now())));
  };

  const inHand = new Set<Promise<Answer>>();
  const bounded = (wanted: Call): Promise<Answer> => {
    const answer = call(wanted).finally(() => inHand.delete(answer));
    inHand.add(answer);
    return answer;
  };

  let closing: Promise<void> | undefined;
  return {
    timeoutMs,
    read: (request) =>
      bounded({ request, lines: Object.values(system.read).flat(), called: 'read', key: undefined }),
    write: (request, { key, scope }) => {
      const lines = Object.hasOwn(system.write, scope) ? (system.write[scope] ?? []) : [];
      return bounded({ request, lines, called: `"${scope}" write`, key });
    },
    close: () => {
      // Every call is bounded; a connection that is still being opened for one that was given up is not waited for.
      closing ??= Promise.all([...inHand]).then(() => agent.destroy());
      return closing;
    },
  };
}

function refuse(why: string): Extract<Exchange, { kind: 'not_sent' }> {
  return { kind: 'not_sent', why, permanent: true };
}

type Secrets =
  | { readonly ok: true; readonly values: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** Read for each call, so that a rotated one is used at once and none is kept. */
function readSecrets(refs: readonly SecretRef[], secretOf: (ref: SecretRef) => string): Secrets {
  try {
    return { ok: true, values: refs.map(secretOf) };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unexpected';
    return { ok: false, why: `its credential can't be read: ${message}` };
  }
}

/**
 * What an answer says. A write is known by its status, whatever became of the body: a 2xx happened. A look that can't be read
 * shows nothing, so it is lost.
 */
function understand(
  came: Extract<Exchange, { kind: 'answered' }>,
  isWrite: boolean,
  secrets: readonly string[],
): Answer {
  const { status } = came;
  const body = came.body === null || came.body.length === 0 ? null : readBody(came.body, secrets);
  const unread = came.body === null || (body === undefined && status >= 200 && status < 300);
  if (!isWrite && unread)
    return { kind: 'lost', why: `it answered ${status} with a body that can't be read` };
  const wait = retryAfterMs(came.headers['retry-after'], new Date());
  return { kind: 'answered', status, body: body ?? null, retryAfterMs: wait };
}
