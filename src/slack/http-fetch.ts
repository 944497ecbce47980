import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { FetchFunction } from '@slack/web-api';

type Init = NonNullable<Parameters<FetchFunction>[1]>;

/** A connection that was idle for longer may have been forgotten on the way, and a click would wait for it in vain. */
const KEPT = { keepAlive: true, timeout: 4_000 };
const plain = { request: http.request, agent: new http.Agent(KEPT) };
const overTls = { request: https.request, agent: new https.Agent(KEPT) };

/**
 * What `fetch` is to Slack's library, over node:http. The platform's own loads a second undici, whose parser in WebAssembly V8 optimizes anew in each
 * process: a quarter of the CPU of a start. No redirect is followed, and it resolves when the answer is complete.
 */
export const httpFetch: FetchFunction = async (url, init = {}) => {
  const response = await send(new URL(url), await encode(init));
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const { statusCode: status = 0, statusMessage = '', headersDistinct } = response;
  const headers = Object.entries(headersDistinct).map(([name, values = []]): [string, string] => [
    name,
    values.join(', '),
  ]);
  return {
    ...{ ok: status >= 200 && status < 300, status, statusText: statusMessage, url: String(url) },
    headers: {
      get: (name) => headers.find(([known]) => known === name.toLowerCase())?.[1] ?? null,
      entries: () => headers,
    },
    arrayBuffer: async () => new Uint8Array(bytes).buffer,
    json: async () => JSON.parse(bytes.toString()),
    text: async () => bytes.toString(),
  };
};

interface Encoded extends Pick<Init, 'method' | 'headers' | 'signal'> {
  readonly body: string | Uint8Array;
}

/** A form with files is encoded by the platform, which is asked for nothing else. */
async function encode({ body = '', headers, ...rest }: Init): Promise<Encoded> {
  if (typeof body === 'string') return { ...rest, headers: { ...headers }, body };
  const form = new Response(body);
  const type = form.headers.get('content-type') ?? '';
  const bytes = new Uint8Array(await form.arrayBuffer());
  return { ...rest, headers: { ...headers, 'content-type': type }, body: bytes };
}

function send(url: URL, { body, ...options }: Encoded): Promise<IncomingMessage> {
  const { request, agent } = url.protocol === 'https:' ? overTls : plain;
  return new Promise((resolve, reject) => {
    request(url, { ...options, agent }, resolve)
      .once('error', reject)
      .end(body);
  });
}
