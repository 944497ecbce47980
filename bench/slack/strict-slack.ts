import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call of the Web API, as Slack saw it. */
export interface SlackCall {
  readonly atMs: number;
  readonly method: string;
  readonly channel: string;
  /** What was sent, decoded. */
  readonly body: string;
  /** 429 where it was too early. */
  readonly status: number;
}

export interface StrictSlack {
  /** For `slackApiUrl`. */
  readonly apiUrl: string;
  readonly calls: readonly SlackCall[];
  stop(): Promise<void>;
}

const POST_MS = 1_000;
const MINUTE_MS = 60_000;
const UPDATES_A_MINUTE = 50;
const POSTS_A_MINUTE = 300;

/**
 * Stands before a workspace that takes everything, and takes no more than Slack promises: one message a second and channel without any
 * burst, 300 a minute in all, 50 updates in any minute. `now` is a simulated clock's.
 */
export async function startStrictSlack(workspaceApiUrl: string, now: () => number): Promise<StrictSlack> {
  const calls: SlackCall[] = [];
  const taken = (method: string, withinMs: number, channel?: string) =>
    calls.filter(
      (call) =>
        call.method === method &&
        call.status !== 429 &&
        call.atMs > now() - withinMs &&
        (channel === undefined || call.channel === channel),
    ).length;
  const isTooEarly = (method: string, channel: string): boolean => {
    if (method === 'chat.update') return taken(method, MINUTE_MS) >= UPDATES_A_MINUTE;
    if (method !== 'chat.postMessage') return false;
    return taken(method, POST_MS, channel) > 0 || taken(method, MINUTE_MS) >= POSTS_A_MINUTE;
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString();
    const method = (request.url ?? '').split('/').at(-1) ?? '';
    const channel = new URLSearchParams(body).get('channel') ?? '';
    const call = { atMs: now(), method, channel, body: decodeURIComponent(body.replaceAll('+', ' ')) };
    if (isTooEarly(method, channel)) {
      calls.push({ ...call, status: 429 });
      response.writeHead(429, { 'retry-after': '1' }).end('{"ok":false,"error":"ratelimited"}');
      return;
    }
    const answered = await fetch(`${workspaceApiUrl}${method}`, {
      method: 'POST',
      headers: {
        'content-type': request.headers['content-type'] ?? 'application/x-www-form-urlencoded',
        authorization: request.headers.authorization ?? '',
      },
      body,
    });
    calls.push({ ...call, status: answered.status });
    const { headers } = answered;
    response.writeHead(answered.status, {
      'content-type': headers.get('content-type') ?? 'application/json',
      'x-oauth-scopes': headers.get('x-oauth-scopes') ?? '',
    });
    response.end(Buffer.from(await answered.arrayBuffer()));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    calls,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
