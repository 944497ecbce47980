import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '../../src/context.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Directory, HttpDoorOptions } from '../../src/http/door-options.ts';
import { createHttpDoor } from '../../src/http/http-door.ts';
import { MAX_CONNECTIONS, SERVER_OPTIONS } from '../../src/http/limits.ts';
import { createWakes, type WakeSource, type Wakes } from '../../src/http/wakes.ts';
import { readSecret } from '../../src/manifests/secrets.ts';
import { createDirectory } from '../../src/slack/directory.ts';
import { createGroups } from '../../src/slack/groups.ts';
import { createWeb } from '../../src/slack/web.ts';
import { TEST_ENV } from './context.ts';

export interface TestDoor {
  readonly url: string;
  readonly wakes: WakeSource;
  readonly waits: WatchedWaits;
  /** Ends the long waits, as a process that stops does. */
  readonly stop: () => void;
  readonly close: () => Promise<void>;
}

export interface WatchedWaits extends Wakes {
  /** Resolves once so many wait at the same time. */
  reached(count: number): Promise<void>;
}

function watchWaits(wakes: Wakes): WatchedWaits {
  const changed = new EventEmitter();
  let now = 0;
  const count = (by: number) => {
    now += by;
    changed.emit('count');
  };
  return {
    waitFor: async (...asked) => {
      const waiting = wakes.waitFor(...asked);
      count(1);
      await waiting;
      count(-1);
    },
    reached: async (wanted) => {
      while (now !== wanted) await once(changed, 'count');
    },
  };
}

/** The agents' door on a port of its own, as the server mounts it. */
export async function openDoor(
  context: Context,
  options: Partial<HttpDoorOptions> & { env?: Record<string, string> } = {},
): Promise<TestDoor> {
  const wakes = createWakes();
  const waits = watchWaits(wakes);
  const door = createHttpDoor({
    context,
    secretOf: (ref) => {
      const read = readSecret(ref, options.env ?? TEST_ENV);
      if (!read.ok) throw new Error(read.message);
      return read.value;
    },
    publicUrl: undefined,
    trustedProxies: [],
    wakes: waits,
    directory: awayFromSlack(context),
    readiness: async () => ({ ready: true, checks: { database: true } }),
    ...options,
  });
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    void door.handle(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, wakes, waits, stop: door.stop, close };
}

/** The server's own, while Slack is down. */
function awayFromSlack(context: Context): Directory {
  const web = createWeb({
    token: 'xoxb-test',
    apiUrl: 'http://127.0.0.1:9/api/',
    log: context.log,
    timeoutMs: 1_500,
  });
  return createDirectory({ context, web, groups: createGroups(web, context.log), session: () => undefined });
}

/** Some of what answers hold. */
export interface ReplyBody extends JsonObject {
  id: string;
  number: number;
  version: number;
  state: string;
  created_at: string;
  type: string;
  detail: string;
  next_cursor: string | null;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReplyBody;
}

export const AGENT_KEY = TEST_ENV.REFUND_AGENT_KEY ?? '';

export interface Asking {
  readonly method?: string;
  /** Sent as it is if it is text or bytes. */
  readonly body?: JsonObject | string | Uint8Array<ArrayBuffer> | undefined;
  readonly headers?: Record<string, string>;
  /** Null: none. */
  readonly key?: string | null;
  readonly signal?: AbortSignal;
}

/** One request, as the refund agent unless said otherwise. */
export async function ask(door: { readonly url: string }, path: string, asking: Asking = {}): Promise<Reply> {
  const { body, key = AGENT_KEY, signal } = asking;
  const response = await fetch(`${door.url}${path}`, {
    method: asking.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...asking.headers,
    },
    ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text || '{}') };
}

function isRaw(body: NonNullable<Asking['body']>): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array;
}

/** A refund that a human decides, if `amount` does not say otherwise. */
export function refund(fields: JsonObject & { amount?: string; account?: string } = {}): JsonObject {
  const { amount = '1250.00', account = '4471', ...rest } = fields;
  return {
    action: 'billing.refund',
    input: { account, invoice: 'inv_9', amount },
    reason: 'Charged twice',
    ...rest,
  };
}
