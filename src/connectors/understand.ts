import type { Answer } from '../domain/handoff.ts';
import type { Answered } from './exchange.ts';
import { readBody } from './read-body.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * What an answer says. A write is known by its status, whatever became of the body: a 2xx happened. A look that can't be read
 * shows nothing, so it is lost.
 */
export function understand(came: Answered, isWrite: boolean, secrets: readonly string[]): Answer {
  const { status } = came;
  const body = came.body === null || came.body.length === 0 ? null : readBody(came.body, secrets);
  const unread = came.body === null || (body === undefined && status >= 200 && status < 300);
  if (!isWrite && unread)
    return { kind: 'lost', why: `it answered ${status} with a body that can't be read` };
  const wait = retryAfterMs(came.headers['retry-after'], new Date());
  return { kind: 'answered', status, body: body ?? null, retryAfterMs: wait };
}
