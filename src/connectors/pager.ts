import { lookup } from 'node:dns/promises';
import { Agent as Dispatcher } from 'undici';
import type { JsonObject } from '../domain/json.ts';
import { exchange } from './exchange.ts';
import { createPinnedConnect } from './pinned-connect.ts';
import { retryAfterMs } from './retry-after.ts';

export type Paged =
  | { readonly taken: true }
  | { readonly taken: false; readonly why: string; readonly retryAfterMs: number | undefined };

/** Tells an on-call's pager, at the address of a manifest. Sending the same twice is one incident there, by its `dedup_key`. */
export interface PagerSender {
  send(url: string, body: JsonObject): Promise<Paged>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** Follows no redirect, never throws for what the pager does, and says nothing of an address, which may hold a key. */
export function createPagerSender(): PagerSender {
  const resolve = (hostname: string) => lookup(hostname, { all: true });
  // The company's own pager may stand in its own network; no agent has a part in where this goes.
  const connect = createPinnedConnect({ allowPrivate: true, timeoutMs: TIMEOUT_MS, resolve });
  const dispatcher = new Dispatcher({ connect });
  return {
    async send(url, body) {
      const { origin, pathname, search } = new URL(url);
      const headers = { 'content-type': 'application/json', 'user-agent': 'countersign' };
      const request = {
        method: 'POST' as const,
        path: pathname + search,
        headers,
        body: JSON.stringify(body),
      };
      const came = await exchange(dispatcher, { origin, ...request }, TIMEOUT_MS);
      if (came.kind !== 'answered') return { taken: false, why: came.why, retryAfterMs: undefined };
      if (came.status >= 200 && came.status < 300) return { taken: true };
      const wait = retryAfterMs(came.headers['retry-after'], new Date());
      return { taken: false, why: `it answered ${came.status}`, retryAfterMs: wait };
    },
    close: () => dispatcher.destroy(),
  };
}
