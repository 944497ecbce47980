import type { IncomingMessage } from 'node:http';
import type { Read } from './answer.ts';
import { LIMITS } from './limits.ts';
import { problem } from './problem.ts';

/**
 * Reads a body of a bounded size: nothing beyond it is kept, and what still comes is thrown away by Node until its request
 * timeout. Rejects when the sender goes away in the middle.
 */
export async function readBody(request: IncomingMessage): Promise<Read<Buffer>> {
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.bodyBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > LIMITS.bodyBytes) return tooLarge;
    chunks.push(chunk);
  }
  return { ok: true, value: Buffer.concat(chunks) };
}

const tooLarge: Read<Buffer> = {
  ok: false,
  refusal: problem('body-too-large', `A body may have ${LIMITS.bodyBytes} bytes at most.`),
};
