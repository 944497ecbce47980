import { createHmac } from 'node:crypto';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { testKeys } from './start-test-workspace.ts';

export interface SignedOptions {
  readonly secret?: string;
  /** Seconds. */
  readonly timestamp?: number;
  readonly contentType?: string;
}

export interface SignedRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A form as Slack would sign and send it. */
export function signedForm(fields: Record<string, string>, options: SignedOptions = {}): SignedRequest {
  const body = new URLSearchParams(fields).toString();
  const timestamp = String(options.timestamp ?? Math.floor(Date.now() / 1_000));
  const hash = createHmac('sha256', options.secret ?? testKeys.signingSecret).update(
    `v0:${timestamp}:${body}`,
  );
  return {
    body,
    headers: {
      'content-type': options.contentType ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hash.digest('hex')}`,
    },
  };
}

/** Answers with the status. */
export async function postSigned(url: string, { body, headers }: SignedRequest): Promise<number> {
  const response = await fetch(`${url}/slack/events`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** Takes what is posted to a `response_url`. */
export async function startAnswers(): Promise<{ url: string; next(): Promise<string>; close(): void }> {
  const waiting: ((body: string) => void)[] = [];
  const come: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.end('ok');
      const taker = waiting.shift();
      if (taker) taker(body);
      else come.push(body);
    });
  });
  const url = await open(server);
  return {
    url,
    next: () =>
      new Promise((resolve) => {
        const first = come.shift();
        if (first === undefined) waiting.push(resolve);
        else resolve(first);
      }),
    close: () => void server.close(),
  };
}

/** Spreads requests over several processes of ours, one after the other, as a load balancer does. */
export async function startBalancer(urls: readonly string[]): Promise<{ url: string; close(): void }> {
  let turn = 0;
  const server = createServer((request, response) => {
    const target = new URL(request.url ?? '/', urls[turn++ % urls.length]);
    const passed = send(target, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.writeHead(502).end());
    request.pipe(passed);
  });
  const url = await open(server);
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function open(server: ReturnType<typeof createServer>): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}
