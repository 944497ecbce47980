export type State =
  | 'received'
  | 'pending'
  | 'in_review'
  | 'approved'
  | 'executing'
  | 'awaiting_manual'
  | 'executed'
  | 'blocked'
  | 'rejected'
  | 'expired'
  | 'withdrawn'
  | 'superseded'
  | 'failed'
  | 'unknown'
  | 'rolled_back';

export interface Person {
  id: string;
  name: string;
}

export interface NewProposal {
  /** `billing.refund` */
  action: string;
  input: Record<string, unknown>;
  /** Why, for the people who decide. */
  reason: string;
  evidence?: { title: string; url: string }[];
  /** The e-mail address of whoever it is done for. */
  on_behalf_of?: string | null;
  metadata?: Record<string, string>;
  /** `1250.00`: shown, and never what decides. */
  claimed_impact?: string | null;
  /** The same for every try of one proposal, also after a crash; left out: a fresh one for each call. */
  idempotency_key?: string;
}

export interface Proposal {
  id: string;
  number: number;
  /** Grows with every change. */
  version: number;
  state: State;
  settled: boolean;
  decision: 'approved' | 'rejected' | 'expired' | null;
  outcome: 'executed' | 'not_executed' | 'unknown' | null;
  /** What to do now, in plain words. */
  next: string;
  agent: string;
  action: string;
  system: string;
  workflow: string;
  account: string;
  summary: string;
  reason: string;
  on_behalf_of: string | null;
  metadata: Record<string, string>;
  input: Record<string, unknown>;
  digest: string | null;
  impact: { amount: string | null; currency: string; claimed: string | null };
  tier: { decide: 'agent' | 'human' | 'named'; why: string };
  policy: string;
  reversible: boolean;
  created_at: string;
  due_at: string | null;
  expires_at: string | null;
  /** Why the system of record says no. */
  blocked: string | null;
  decisions: {
    stage: 'approve' | 'review';
    kind: 'approve' | 'reject' | 'agree' | 'object' | 'take_back';
    by: Person;
    for: Person | null;
    at: string;
    reason: string | null;
    digest: string;
  }[];
  questions: {
    id: string;
    text: string;
    by: Person;
    asked_at: string;
    answer: { text: string; at: string } | null;
  }[];
  execution: {
    state: 'ready' | 'started' | 'executed' | 'failed' | 'unknown' | 'canceled';
    attempts: number;
    at: string | null;
    result: Record<string, unknown> | null;
    error: string | null;
  } | null;
  review: { state: 'awaiting' | 'agreed' | 'objected' | 'lapsed'; due_at: string | null } | null;
  /** How far the undoing of a confirmed rollback has come. */
  rollback: { state: 'ready' | 'started' | 'executed' | 'unknown' } | null;
  superseded_by: string | null;
  url: string | null;
}

export interface Action {
  action: string;
  title: string;
  system: string;
  workflow: string;
  currency: string;
  reversible: boolean;
  irreversible: string | null;
  /** JSON Schema 2020-12. */
  input: unknown;
  tiers: { impact: string; decide: 'agent' | 'human' | 'named'; by: string[] }[];
}

export interface Consideration {
  dry_run: true;
  next: string;
  summary: string;
  account: string;
  impact: Proposal['impact'];
  tier: Proposal['tier'];
  deciders: string[];
  reversible: boolean;
}

export interface Options {
  signal?: AbortSignal | undefined;
}

export interface Waiting {
  /** How long it is waited for; as long as it takes, if it is left out. */
  timeoutMs?: number | undefined;
  /** Called once the proposal is durable, before people are waited for: to show that they are. */
  onProposed?: ((proposal: Proposal) => void) | undefined;
}

/** A tool that a model may be offered: name it, show the schema, and call it with what the model made of that. */
export interface Tool {
  /** `billing_refund` */
  name: string;
  /** `billing.refund` */
  action: string;
  description: string;
  /** The action's own schema, and `reason` (`proposal_reason` where the action has a `reason` of its own). */
  inputSchema: {
    type: 'object';
    properties: Record<string, unknown>;
    required: string[];
    [more: string]: unknown;
  };
  /**
   * Proposes, waits until people have decided and it is written (or `timeoutMs` is over), and resolves to what a model needs to know:
   * also of a no, and of what was wrong with its input (`state` is then `refused`). It rejects only when nobody can be reached.
   */
  call(
    args: Record<string, unknown>,
    /** Give `idempotency_key` the id of the model's call: a step that runs again then proposes nothing new. */
    options?: Options & Partial<Omit<NewProposal, 'action' | 'input' | 'reason'>>,
  ): Promise<Told>;
}

export interface Told {
  number?: number;
  state: State | 'refused';
  next: string;
  /** What those who decided said. */
  said?: string[];
  blocked?: string;
  error?: string;
  result?: Record<string, unknown>;
}

export interface Client {
  propose(
    proposal: NewProposal,
    /** With either, it waits as {@link wait} does; else it resolves once the proposal is durable. */
    options?: Options & Waiting & { until?: 'decided' | 'settled' | undefined },
  ): Promise<Proposal>;
  consider(proposal: NewProposal, options?: Options): Promise<Consideration>;
  wait(
    id: string | number,
    options?: Options & { until?: 'decided' | 'settled' | undefined; timeoutMs?: number | undefined },
  ): Promise<Proposal>;
  get(id: string | number, options?: Options): Promise<Proposal>;
  list(
    query?: { state?: string; account?: string; since?: string; cursor?: string; limit?: string },
    options?: Options,
  ): Promise<{ proposals: Proposal[]; next_cursor: string | null }>;
  withdraw(id: string | number, options?: Options): Promise<Proposal>;
  answer(id: string | number, question: string, text: string, options?: Options): Promise<Proposal>;
  /** A compact JWS: verify it with `/.well-known/jwks.json`. */
  receipt(id: string | number, options?: Options): Promise<string>;
  actions(options?: Options): Promise<Action[]>;
  gated<Input extends Record<string, unknown> = Record<string, unknown>>(
    action: string,
    options?: Waiting & { reason?: string | ((input: Input) => string) },
  ): (
    input: Input,
    options?: Options & Partial<Omit<NewProposal, 'action' | 'input'>>,
  ) => Promise<Record<string, unknown>>;
  tools(options?: Options & Waiting): Promise<Tool[]>;
}

export declare function createClient(options: {
  url: string;
  key: string;
  fetch?: typeof globalThis.fetch;
  /** How long one request is tried for while the server is away; two minutes. */
  patienceMs?: number;
}): Client;

/** What the door refused (an RFC 9457 problem), or that it could not be reached in time (`status` 0). */
export declare class CountersignError extends Error {
  readonly status: number;
  /** `/problems/invalid-input` */
  readonly type: string;
  readonly problem: Record<string, unknown>;
}

/** A proposal that came to an end (or to the end of your time) without being written: `proposal` says which. */
export declare class NotDone extends Error {
  readonly proposal: Proposal;
}

export interface Callback {
  /** The same for every try of one event. */
  id: string;
  /** `proposal.<state>`, `proposal.question_asked`, `proposal.reviewed` */
  type: string;
  timestamp: string;
  data: Proposal;
}

/** Reads a callback, or throws. Give it the body as it came, not what a framework made of it. */
export declare function verifyCallback(
  keys: string | readonly string[],
  headers: { get(name: string): string | null } | Record<string, string | string[] | undefined>,
  body: string | Uint8Array,
  options?: { now?: number; toleranceSeconds?: number },
): Promise<Callback>;
