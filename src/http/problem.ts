import type { JsonObject } from '../domain/json.ts';
import type { Answer } from './answer.ts';

/** Every way in which this door says no: status and title by the end of its `type`, which never changes its meaning. */
export const PROBLEMS = {
  'bad-request': [400, 'The request is not well-formed'],
  'not-json': [400, 'The body is not JSON that can be read in one way only'],
  'two-keys': [400, 'Two different idempotency keys'],
  unproved: [401, 'Who you are is not proved'],
  'address-not-allowed': [403, 'This agent may not call from this address'],
  'not-allowed': [403, 'This agent may not propose this action'],
  'no-such-route': [404, 'There is nothing at this address'],
  'no-such-action': [404, 'There is no such action'],
  'no-such-proposal': [404, 'There is no such proposal'],
  'no-such-event': [404, 'There is no such event'],
  'no-such-question': [404, 'There is no such question'],
  'method-not-allowed': [405, 'This address does not take this method'],
  'key-reused': [409, 'This idempotency key stands for another proposal'],
  'too-late': [409, 'The proposal has gone too far for that'],
  'settled-otherwise': [409, 'It is settled otherwise already'],
  'same-id': [409, 'Another event has this id'],
  'already-answered': [409, 'The question is answered already'],
  'not-approved': [409, 'The proposal is not approved'],
  'body-too-large': [413, 'The body is too large'],
  'not-json-type': [415, 'The body must be application/json'],
  'invalid-input': [422, 'The input is not valid'],
  disabled: [423, 'A kill switch is on'],
  'too-many': [429, 'Too many proposals in too short a time'],
  'too-many-pending': [429, 'Too many proposals wait for a decision'],
  internal: [500, 'Something is wrong here'],
  'database-away': [503, 'The database is away'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemName = keyof typeof PROBLEMS;

/** An RFC 9457 problem. `more` adds members, `headers` header fields. */
export function problem(
  name: ProblemName,
  detail: string,
  more: JsonObject = {},
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const [status, title] = PROBLEMS[name];
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: { type: `/problems/${name}`, title, status, detail, ...more },
  };
}

/** Seconds, rounded up and never 0, as `Retry-After` wants them. */
export function retryAfter(ms: number): Record<string, string> {
  return { 'retry-after': String(Math.max(1, Math.ceil(ms / 1_000))) };
}
