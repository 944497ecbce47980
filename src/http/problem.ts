import type { JsonObject } from '../domain/json.ts';
import type { Answer } from './answer.ts';

/** Every way in which this door says no: status, title and what to do, by the end of its `type`, which never changes its meaning. */
export const PROBLEMS = {
  'bad-request': [
    400,
    'The request is not well-formed',
    'Mend what the detail names: a parameter, a header or the address.',
  ],
  'not-json': [
    400,
    'The body is not JSON that can be read in one way only',
    'Send one JSON object in UTF-8, without doubled keys, NUL, half surrogates, or numbers that would be rounded.',
  ],
  'two-keys': [
    400,
    'Two different idempotency keys',
    'Send the idempotency key once: as the header or as the field.',
  ],
  unproved: [
    401,
    'Who you are is not proved',
    'Send `Authorization: Bearer <key>`, or a Standard Webhooks signature with `countersign-agent`. Nothing tells how near you came.',
  ],
  'address-not-allowed': [
    403,
    'This agent may not call from this address',
    'Call from a network of `allow_from` in the manifest of the agent.',
  ],
  'not-allowed': [
    403,
    'This agent may not propose this action',
    'Propose what `may` in the manifest of the agent lists; the problem repeats it.',
  ],
  nobody: [
    403,
    'The person of this key is not here any more',
    'Somebody who keeps org.yml has to mend `cli`: Slack knows no such member.',
  ],
  refused: [403, 'You may not do this, or not now', '`detail` says why, and who may. Nothing was changed.'],
  'no-such-scope': [
    404,
    'There is nothing of this name to be switched',
    'Take one of `known`: an agent, a system, a workflow, all or rollback. Nothing was changed.',
  ],
  'no-such-plan': [404, 'There is no such rollback', 'Take the id that the plan was answered with.'],
  'no-such-drill': [404, 'There is no such drill', 'POST /v1/cli/drill answers with the ids.'],
  'no-such-route': [404, 'There is nothing at this address', 'See /docs for the addresses that there are.'],
  'no-such-action': [404, 'There is no such action', 'GET /v1/actions lists what you may propose.'],
  'no-such-proposal': [
    404,
    'There is no such proposal',
    'GET /v1/proposals lists yours; those of other agents are not shown.',
  ],
  'no-such-event': [404, 'There is no such event', 'Acknowledge what was handed out to this very system.'],
  'no-such-question': [404, 'There is no such question', 'See `questions` of the proposal.'],
  'method-not-allowed': [
    405,
    'This address does not take this method',
    'Use a method of the `Allow` header.',
  ],
  'key-reused': [
    409,
    'This idempotency key stands for another proposal',
    'Take another key for another proposal; the same key and body is always answered with the same proposal.',
  ],
  'too-late': [
    409,
    'The proposal has gone too far for that',
    'Read the proposal: it says what has become of it.',
  ],
  'settled-otherwise': [
    409,
    'It is settled otherwise already',
    'Read the proposal: a person has settled it, or it was acknowledged otherwise.',
  ],
  'same-id': [409, 'Another event has this id', 'Take another id for another event.'],
  'already-answered': [
    409,
    'The question is answered already',
    'Nothing is to be done: the first answer stands.',
  ],
  'not-approved': [409, 'The proposal is not approved', 'Wait until it is approved.'],
  'body-too-large': [
    413,
    'The body is too large',
    'Send at most 64 KiB; link to what is longer as evidence.',
  ],
  'not-json-type': [415, 'The body must be application/json', 'Send `Content-Type: application/json`.'],
  'invalid-input': [
    422,
    'The input is not valid',
    'Mend each field that `errors` points to. GET /v1/actions has the schema of the input.',
  ],
  disabled: [423, 'A kill switch is on', 'Wait: people have switched this off. Nothing was accepted.'],
  'too-many': [
    429,
    'Too many proposals in too short a time',
    'Wait as long as `Retry-After` says. Nothing was accepted.',
  ],
  'too-many-pending': [
    429,
    'Too many proposals wait for a decision',
    'Wait until people have decided some, or withdraw some. Nothing was accepted.',
  ],
  internal: [
    500,
    'Something is wrong here',
    'Try again later with the same idempotency key. It is in our log.',
  ],
  'database-away': [
    503,
    'The database is away',
    'Try again as `Retry-After` says, with the same idempotency key: that never makes a second proposal.',
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

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

export function isProblemName(text: string): text is ProblemName {
  return Object.hasOwn(PROBLEMS, text);
}

/** What problems add to the members that all have, as somebody meets it. */
const SHOWN: Partial<Record<ProblemName, JsonObject>> = {
  'invalid-input': {
    detail: '/input: "invoice" is missing; /input/invoic: "invoic" is not a field of this action',
    errors: [
      { pointer: '/input', detail: '"invoice" is missing' },
      { pointer: '/input/invoic', detail: '"invoic" is not a field of this action; did you mean "invoice"?' },
    ],
  },
  'no-such-action': {
    detail: 'Did you mean billing.refund? GET /v1/actions lists what you may propose.',
    nearest: 'billing.refund',
  },
  'not-allowed': { detail: 'refund-agent may propose billing.refund.', may: ['billing.refund'] },
  disabled: {
    detail: 'The system billing is disabled. Nothing was accepted; try again later.',
    scope: 'billing',
  },
  'too-late': { detail: "#1042 is rejected: it can't be taken back any more.", state: 'rejected' },
};

/** One as it comes, for the document and its pages. */
export function exampleOf(name: ProblemName): JsonObject {
  const [status, title, help] = PROBLEMS[name];
  return { type: `/problems/${name}`, title, status, detail: help, ...SHOWN[name] };
}
