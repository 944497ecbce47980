import { request } from 'node:http';

export interface AppAnswer {
  readonly status: number;
  readonly body: string;
  readonly noRetry: boolean;
}

export interface AppRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Half of the body is sent, then the connection breaks. */
  readonly isTruncated: boolean;
}

const longestWaitMs = 60_000;
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** One plain HTTP request to the app, on loopback only. Rejects when the app can't be reached. */
export function postToApp({ url, headers, body, isTruncated }: AppRequest): Promise<AppAnswer> {
  const target = new URL(url);
  if (target.protocol !== 'http:' || !loopback.has(target.hostname))
    return Promise.reject(
      new Error(`the local workspace calls loopback only, not ${target.origin}; set botUrl`),
    );
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      target,
      {
        method: 'POST',
        agent: false,
        headers: { ...headers, 'Content-Length': String(bytes.length) },
        timeout: longestWaitMs,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            noRetry: response.headers['x-slack-no-retry'] === '1',
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error('the app did not answer within a minute')));
    if (!isTruncated) return void sent.end(bytes);
    sent.write(bytes.subarray(0, bytes.length / 2), () => sent.destroy());
  });
}
