import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/** Sends an answer whole; does nothing if the caller has gone. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const written = typeof body === 'object' ? `${JSON.stringify(body)}\n` : body;
  const text = written === undefined ? undefined : Buffer.from(written, 'utf8');
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    ...(text ? { 'content-length': text.length } : {}),
  });
  response.end(text);
}
