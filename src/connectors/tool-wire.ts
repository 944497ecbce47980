import type { Dispatcher } from 'undici';
import type { Answer } from '../domain/handoff.ts';
import { isObject, type Json } from '../domain/json.ts';
import type { CallFate } from './call-fate.ts';
import { type Exchange, exchange } from './exchange.ts';
import { readBody } from './read-body.ts';
import { retryAfterMs } from './retry-after.ts';

/** What the protocol's SDK sends goes through here: bounded, pinned, without redirects, and each exchange's fate is remembered. */
export interface ToolWire extends CallFate {
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
}

export interface WireOptions {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly isWrite: boolean;
  /** On the process's monotonic clock. */
  readonly until: number;
}

export function createToolWire({ dispatcher, headers, secrets, isWrite, until }: WireOptions): ToolWire {
  let last: Exchange | undefined;
  let coming: Promise<Exchange> | undefined;
  let called: Promise<Exchange> | undefined;
  let latest = Number.POSITIVE_INFINITY;
  const leftMs = () => Math.max(1, Math.ceil(until - performance.now()));
  const answered = (status: number, body: Json): Answer => {
    const wait =
      last?.kind === 'answered' ? retryAfterMs(last.headers['retry-after'], new Date()) : undefined;
    return { kind: 'answered', status, body, retryAfterMs: wait };
  };

  return {
    patienceMs: () => leftMs() + 1_000,
    leaveBy: (moment) => {
      latest = moment;
    },
    answered,
    clean: (body) => readBody(Buffer.from(JSON.stringify(body)), secrets) ?? null,
    saidNo: (body) => answered(isWrite ? 500 : 422, body),
    async fetch(url, init = {}) {
      // A stream for what a server says of itself is not wanted: there is nobody to listen.
      if (init.method === 'GET') return new Response(null, { status: 405 });
      const target = new URL(url);
      const body = typeof init.body === 'string' ? init.body : null;
      // Whatever the SDK would try again: a call leaves once.
      if (isCall(body) && called) throw new TypeError('a tool is called once');
      const exchanging = exchange(
        dispatcher,
        {
          origin: target.origin,
          path: target.pathname,
          method: init.method === 'DELETE' ? 'DELETE' : 'POST',
          headers: { ...Object.fromEntries(new Headers(init.headers)), ...headers },
          body,
          ...(isCall(body) ? { leaveBy: latest } : {}),
        },
        leftMs(),
      );
      // Before it is waited for: whoever gives up on it must still learn what became of it.
      if (init.method !== 'DELETE') coming = exchanging;
      if (isCall(body)) called = exchanging;
      const came = await exchanging;
      if (init.method !== 'DELETE') last = came;
      return responseOf(came);
    },
    async beforeTheCall() {
      last = await coming;
      if (last?.kind !== 'answered')
        return last?.kind === 'not_sent' ? last : notYet(last?.why ?? 'it does not speak MCP');
      const { status } = last;
      const said = status === 429 || status === 503 || (status >= 400 && status < 500 && status !== 408);
      return said ? answered(status, null) : notYet(`it answered ${status}, and not as an MCP server does`);
    },
    async afterTheCall() {
      const came = await called;
      if (!came) return notYet('it was not called');
      if (came.kind !== 'answered') return came;
      if (came.status >= 400) return answered(came.status, null);
      return { kind: 'lost', why: `it answered ${came.status} with a body that can't be read` };
    },
  };
}

function notYet(why: string): Answer {
  return { kind: 'not_sent', why, permanent: false };
}

function isCall(body: string | null): boolean {
  if (body === null) return false;
  const message: unknown = JSON.parse(body);
  return isObject(message) && message.method === 'tools/call';
}

function responseOf(came: Exchange): Response {
  if (came.kind !== 'answered') throw new TypeError(came.why);
  if (came.body === null) throw new TypeError('its answer was cut off');
  const headers = new Headers();
  for (const [name, value] of Object.entries(came.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const empty = came.body.length === 0 || came.status === 204 || came.status === 205 || came.status === 304;
  return new Response(empty ? null : new Uint8Array(came.body), { status: came.status, headers });
}
