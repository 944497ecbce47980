import type { IncomingMessage } from 'node:http';
import type { Read } from './answer.ts';
import { LIMITS } from './limits.ts';
import { problem } from './problem.ts';

/**
 * Reads a body of a bounded size: nothing beyond it is kept, and what still comes is thrown away until Node's request timeout. Rejects when
 * the sender goes away in the middle. By its events, since going through it as an iterator takes longer than all that is done with a body.
 */
export function readBody(request: IncomingMessage): Promise<Read<Buffer>> {
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.bodyBytes) return Promise.resolve(tooLarge);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LIMITS.bodyBytes) chunks.push(chunk);
      else resolve(tooLarge);
    });
    request.once('end', () => resolve({ ok: true, value: Buffer.concat(chunks) }));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the sender went away in the middle of it')));
  });
}

const tooLarge: Read<Buffer> = {
  ok: false,
  refusal: problem('body-too-large', `A body may have ${LIMITS.bodyBytes} bytes at most.`),
};
