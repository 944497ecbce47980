import type { Method } from './call.ts';
import type { ComponentName } from './components.ts';
import { LIMITS } from './limits.ts';
import type { ProblemName } from './problem.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** One route as its users read of it. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly who: 'agent' | 'system' | 'person' | 'anybody';
  readonly parameters: readonly Parameter[];
  readonly body?: ComponentName;
  /** Status to what its body is, and what it means. */
  readonly answers: Readonly<Record<number, readonly [ComponentName | undefined, string]>>;
  readonly problems: readonly ProblemName[];
}

const text = { type: 'string' };
const query = (name: string, description: string, schema: Parameter['schema'] = text): Parameter => {
  return { name, in: 'query', description, schema };
};
const path = (name: string, description: string): Parameter => {
  return { name, in: 'path', description, schema: text };
};

const ID = path('id', 'The id (`prop_…`) or the number of the proposal');
const SYSTEM = path('system', "The system's id");
const HOLD: readonly Parameter[] = [
  query('wait', 'Holds the answer so many seconds', {
    type: 'integer',
    minimum: 0,
    maximum: LIMITS.waitSeconds,
  }),
  query('until', 'What it is held for', { type: 'string', enum: ['judged', 'decided', 'settled'] }),
  query('after_version', 'Holds it until anything newer than this version, in place of `until`', {
    type: 'integer',
    minimum: 0,
  }),
];
const LIMIT = query('limit', 'How many at most', { type: 'integer', minimum: 1, maximum: LIMITS.listed });
const PROVED: readonly ProblemName[] = ['unproved', 'address-not-allowed', 'database-away'];

export const OPERATIONS: Readonly<Record<`${Method} ${string}`, Operation>> = {
  'POST /v1/proposals': {
    id: 'propose',
    summary: 'Propose an action. It is durable with the answer; people decide.',
    who: 'agent',
    parameters: [
      query('dry_run', 'Says what would be proposed, and stores nothing', { type: 'boolean' }),
      ...HOLD,
      {
        name: 'Idempotency-Key',
        in: 'header',
        description: 'The same for every try of one proposal; the field does the same',
        schema: { type: 'string', minLength: 1, maxLength: LIMITS.keyCharacters },
      },
    ],
    body: 'NewProposal',
    answers: {
      200: ['ProposedOrConsidered', 'The same proposal came under this key before, or it was a dry run'],
      202: ['Proposal', 'It is durable'],
    },
    problems: [
      ...PROVED,
      ...(['bad-request', 'not-json', 'two-keys', 'not-allowed', 'no-such-action', 'key-reused'] as const),
      ...([
        'body-too-large',
        'not-json-type',
        'invalid-input',
        'disabled',
        'too-many',
        'too-many-pending',
      ] as const),
    ],
  },
  'GET /v1/proposals': {
    id: 'listProposals',
    summary: "The agent's own proposals, the newest first",
    who: 'agent',
    parameters: [
      query('state', 'One or more states, with commas'),
      query('account', 'Of this account only'),
      query('since', 'Proposed then or later', { type: 'string', format: 'date-time' }),
      query('cursor', '`next_cursor` of the page before'),
      LIMIT,
    ],
    answers: { 200: ['ProposalList', 'A page of them'] },
    problems: [...PROVED, 'bad-request'],
  },
  'GET /v1/proposals/{id}': {
    id: 'getProposal',
    summary: 'One proposal, at once or when it is decided',
    who: 'agent',
    parameters: [
      ID,
      ...HOLD,
      { name: 'If-None-Match', in: 'header', description: 'An ETag that you have', schema: text },
    ],
    answers: { 200: ['Proposal', 'As it is now'], 304: [undefined, 'It is still that version'] },
    problems: [...PROVED, 'bad-request', 'no-such-proposal'],
  },
  'POST /v1/proposals/{id}/withdraw': {
    id: 'withdraw',
    summary: 'Take a proposal back, while nobody has decided',
    who: 'agent',
    parameters: [ID],
    answers: { 200: ['Proposal', 'It is withdrawn'] },
    problems: [...PROVED, 'bad-request', 'no-such-proposal', 'too-late', 'body-too-large'],
  },
  'POST /v1/proposals/{id}/questions/{qid}/answer': {
    id: 'answer',
    summary: "Answer an approver's question",
    who: 'agent',
    parameters: [ID, path('qid', 'The id of the question (`q_…`)')],
    body: 'NewAnswer',
    answers: { 200: ['Proposal', 'It is answered'] },
    problems: [
      ...PROVED,
      ...(['bad-request', 'not-json', 'not-json-type', 'body-too-large', 'invalid-input'] as const),
      ...(['no-such-proposal', 'no-such-question', 'already-answered', 'too-late'] as const),
    ],
  },
  'GET /v1/proposals/{id}/receipt': {
    id: 'getReceipt',
    summary: 'Who approved it: a compact JWS (EdDSA), as every write carries it',
    who: 'agent',
    parameters: [ID],
    answers: { 200: ['Receipt', 'Signed; verify it with /.well-known/jwks.json'] },
    problems: [...PROVED, 'bad-request', 'no-such-proposal', 'not-approved'],
  },
  'GET /v1/actions': {
    id: 'listActions',
    summary: 'What the agent may propose, with input schemas and tiers',
    who: 'agent',
    parameters: [],
    answers: { 200: ['ActionList', 'All of them'] },
    problems: PROVED,
  },
  'POST /mcp': {
    id: 'mcp',
    summary: 'MCP over streamable HTTP: a tool an allowed action. See https://modelcontextprotocol.io',
    who: 'agent',
    parameters: [],
    body: 'JsonRpc',
    answers: { 200: ['JsonRpc', 'The answer'], 202: [undefined, 'A notification was taken'] },
    problems: [...PROVED, 'body-too-large'],
  },
  'GET /v1/events': {
    id: 'listEvents',
    summary: 'What a system that is reached through a queue has told agents',
    who: 'agent',
    parameters: [
      query('system', "The system's id"),
      query('after', '`next_after` of the page before', { type: 'integer', minimum: 0 }),
      LIMIT,
    ],
    answers: { 200: ['EventList', 'In the order in which they came'] },
    problems: [...PROVED, 'bad-request'],
  },
  'GET /v1/queues/{system}/events': {
    id: 'collect',
    summary: 'A system collects what it is to write: CloudEvents under a lease',
    who: 'system',
    parameters: [SYSTEM, LIMIT],
    answers: { 200: ['CloudEvents', 'Those that are due; none with Retry-After while it has to wait'] },
    problems: ['unproved', 'bad-request', 'database-away'],
  },
  'POST /v1/queues/{system}/events/{id}/ack': {
    id: 'acknowledge',
    summary: 'A system says what became of an event',
    who: 'system',
    parameters: [SYSTEM, path('id', 'Of the event')],
    body: 'NewAcknowledgement',
    answers: { 200: ['Acknowledged', 'It is recorded'] },
    problems: [
      'unproved',
      'not-json',
      'invalid-input',
      'no-such-event',
      'settled-otherwise',
      'database-away',
    ],
  },
  'POST /v1/queues/{system}/inbox': {
    id: 'tellAgents',
    summary: 'A system tells agents something',
    who: 'system',
    parameters: [SYSTEM],
    body: 'CloudEvent',
    answers: { 202: ['Kept', 'It is kept'] },
    problems: ['unproved', 'not-json', 'invalid-input', 'same-id', 'database-away'],
  },
  'POST /v1/cli/disable': person('disable', 'The kill switch; answered once it holds', {
    body: 'Disabling',
    answers: { 200: ['Disabled', 'No write of it starts any more'] },
    problems: ['no-such-scope'],
  }),
  'POST /v1/cli/enable': person('enable', 'Switch on again, or confirm what another operator asked for', {
    body: 'Enabling',
    answers: {
      200: ['Enabled', 'It is on, or it was not off by itself'],
      202: ['Enabled', 'A second operator has to confirm'],
    },
    problems: ['no-such-scope'],
  }),
  'POST /v1/cli/status': person('getStatus', 'What is switched off, what waits, what was given up', {
    body: 'Empty',
    answers: { 200: ['Status', 'As it is now'] },
  }),
  'POST /v1/cli/pending': person('listPending', 'What waits for a decision, the most urgent first', {
    body: 'Empty',
    answers: { 200: ['Pending', 'As it is now'] },
  }),
  'POST /v1/cli/show': person('show', 'One proposal with its history; that you looked is on record', {
    body: 'Showing',
    answers: { 200: ['Shown', 'As it is now'] },
    problems: ['no-such-proposal'],
  }),
  'POST /v1/cli/drill': person('drill', 'Begin a rollback against the sandbox of a system', {
    body: 'Drilling',
    answers: { 202: ['DrillsBegun', 'It goes on by itself'] },
  }),
  'POST /v1/cli/drilled': person('getDrill', 'How far a drill is, and its signed record', {
    body: 'AskingDrill',
    answers: { 200: ['Drill', 'As it is now'] },
    problems: ['no-such-drill'],
  }),
  'POST /v1/cli/resolve': person('resolve', 'Settle a write, or an undoing, that may have happened', {
    body: 'Resolving',
    answers: { 200: ['Resolved', 'It is recorded; nothing was sent'] },
    problems: ['no-such-proposal'],
  }),
  'POST /v1/cli/rollback': person('planRollback', 'A plan of what could be undone; nothing is undone by it', {
    body: 'RollingBack',
    answers: { 200: ['Rollback', 'The plan, which stands in the alerts channel too'] },
  }),
  'POST /v1/cli/rollback/show': person('getRollback', 'A plan, or how far its undoing is', {
    body: 'LookingAtPlan',
    answers: { 200: ['Rollback', 'As it is now'] },
    problems: ['no-such-plan'],
  }),
  'POST /v1/cli/rollback/confirm': person(
    'confirmRollback',
    'Undo what a plan says, as the second operator',
    {
      body: 'ConfirmingPlan',
      answers: { 200: ['Rollback', 'It is confirmed, and goes on by itself'] },
    },
  ),
  'GET /.well-known/jwks.json': anybody('getKeys', 'The keys that receipts are verified with', 'Keys'),
  'GET /openapi.json': anybody('getOpenApi', 'This document', 'Anything'),
  'GET /docs': anybody('getDocs', 'A page to read it', undefined),
  'GET /problems/{name}': {
    ...anybody('getProblem', 'What a problem means, and what to do about it', undefined),
    parameters: [path('name', 'The end of its type')],
    problems: ['no-such-route'],
  },
  'GET /livez': anybody('isAlive', 'Whether it runs', 'Alive'),
  'GET /healthz': anybody('isHealthy', 'The same', 'Alive'),
  'GET /readyz': {
    ...anybody('isReady', 'Whether it serves', 'Readiness'),
    answers: {
      200: ['Readiness', 'It serves'],
      503: ['Readiness', 'The database is away, or it is stopping'],
    },
  },
};

function anybody(id: string, summary: string, component: ComponentName | undefined): Operation {
  return {
    id,
    summary,
    who: 'anybody',
    parameters: [],
    answers: { 200: [component, 'Here it is'] },
    problems: [],
  };
}

function person(
  id: string,
  summary: string,
  rest: Pick<Operation, 'body' | 'answers'> & { readonly problems?: readonly ProblemName[] },
): Operation {
  const refusals = ['unproved', 'nobody', 'refused', 'bad-request', 'not-json', 'not-json-type'] as const;
  return {
    ...{ id, summary, who: 'person', parameters: [] },
    ...rest,
    problems: [...refusals, 'invalid-input', 'body-too-large', 'database-away', ...(rest.problems ?? [])],
  };
}
