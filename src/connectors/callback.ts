import { lookup } from 'node:dns/promises';
import { Agent as Dispatcher } from 'undici';
import { signingBytes } from '../domain/agent-key.ts';
import type { Agent, SecretRef } from '../domain/manifest.ts';
import { signWebhook } from '../domain/standard-webhook.ts';
import { type Exchange, exchange } from './exchange.ts';
import { createPinnedConnect, type Resolve } from './pinned-connect.ts';
import { retryAfterMs } from './retry-after.ts';

export interface CallbackPost {
  /** The same for every try of one event. */
  readonly id: string;
  readonly body: string;
}

export type Delivery =
  | { readonly delivered: true }
  | { readonly delivered: false; readonly why: string; readonly retryAfterMs: number | undefined };

/** Tells agents, at the address of their manifest. It follows no redirect and never throws for what a receiver does. */
export interface CallbackSender {
  send(agent: Agent, post: CallbackPost): Promise<Delivery>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const LONGEST_REST_MS = 60_000;

/** The rules of addresses are those of connectors. What `secretOf` throws may be shown to people. */
export function createCallbackSender(options: {
  readonly secretOf: (ref: SecretRef) => string;
  readonly resolve?: Resolve;
}): CallbackSender {
  const { secretOf, resolve = (hostname) => lookup(hostname, { all: true }) } = options;
  const dispatcher = (allowPrivate: boolean) =>
    new Dispatcher({ connect: createPinnedConnect({ allowPrivate, timeoutMs: TIMEOUT_MS, resolve }) });
  const ways = { any: dispatcher(true), public: dispatcher(false) };
  const rests = createRests();

  return {
    async send(agent, post) {
      if (!agent.callback) return undelivered('it has no callback');
      const { url, allowPrivate } = agent.callback;
      const restMs = rests.leftOf(url);
      if (restMs > 0) return undelivered('it could not be reached a moment ago', restMs);
      const keys = agent.keys.map((ref) => signingBytes(secretOf(ref))).filter((key) => key !== undefined);
      const way = allowPrivate ? ways.any : ways.public;
      const came = await exchange(way, outgoing(url, keys, post), TIMEOUT_MS);
      return rests.note(url, deliveryOf(came), came.kind === 'answered');
    },
    close: async () => {
      await Promise.all([ways.any.destroy(), ways.public.destroy()]);
    },
  };
}

function outgoing(url: string, keys: readonly Uint8Array[], { id, body }: CallbackPost) {
  const { origin, pathname, search } = new URL(url);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const bytes = Buffer.from(body, 'utf8');
  // Under every key that is good while one is rotated, as Standard Webhooks has it.
  const signatures = keys.map((key) => signWebhook(key, { id, timestamp, body: bytes }));
  return {
    ...{ origin, method: 'POST' as const, path: pathname + search, body, leaveBy: Number.POSITIVE_INFINITY },
    headers: {
      'content-type': 'application/json',
      'user-agent': 'countersign',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
    },
  };
}

function deliveryOf(came: Exchange): Delivery {
  if (came.kind !== 'answered') return undelivered(came.why);
  if (came.status >= 200 && came.status < 300) return { delivered: true };
  const wait = retryAfterMs(came.headers['retry-after'], new Date());
  return undelivered(`it answered ${came.status}`, wait);
}

function undelivered(why: string, retryAfterMs?: number): Delivery {
  return { delivered: false, why, retryAfterMs };
}

/** A receiver that can't be reached rests a while, so that a thousand proposals do not each wait for it. Only this process's own. */
function createRests() {
  const resting = new Map<string, { failures: number; until: number }>();
  return {
    leftOf: (url: string) => Math.max(0, (resting.get(url)?.until ?? 0) - performance.now()),
    note(url: string, delivery: Delivery, answered: boolean): Delivery {
      if (answered) resting.delete(url);
      else {
        const failures = (resting.get(url)?.failures ?? 0) + 1;
        const restMs = Math.min(LONGEST_REST_MS, 500 * 2 ** failures);
        resting.set(url, { failures, until: performance.now() + restMs });
      }
      return delivery;
    },
  };
}
