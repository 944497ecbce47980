import type { RenderedRequest } from './envelope.ts';
import type { Evaluation } from './impact.ts';
import type { JsonObject } from './json.ts';
import type { Who } from './manifest.ts';
import type { Money } from './money.ts';

/** From each state to those that may follow it. The trigger `proposal_moves` in Postgres holds the same table. */
export const TRANSITIONS = {
  received: ['pending', 'approved', 'blocked', 'expired', 'withdrawn'],
  pending: ['pending', 'in_review', 'approved', 'blocked', 'rejected', 'expired', 'withdrawn', 'superseded'],
  in_review: ['pending', 'approved', 'rejected', 'expired', 'superseded'],
  approved: ['pending', 'executing', 'awaiting_manual', 'blocked', 'rejected', 'failed'],
  executing: ['approved', 'executed', 'failed', 'unknown'],
  awaiting_manual: ['executed', 'failed', 'unknown'],
  executed: ['rolled_back'],
  unknown: ['executed', 'failed'],
  blocked: [],
  rejected: [],
  expired: [],
  withdrawn: [],
  superseded: [],
  failed: [],
  rolled_back: [],
} as const satisfies Record<string, readonly string[]>;

export type ProposalState = keyof typeof TRANSITIONS;
export const PROPOSAL_STATES = Object.keys(TRANSITIONS) as readonly ProposalState[];

/** Settled: nothing more will happen by itself. `unknown` waits for a human. */
export function isSettled(state: ProposalState): boolean {
  return state === 'executed' || TRANSITIONS[state].length === 0;
}

/** Somebody may still decide. */
export function isOpen(state: ProposalState): boolean {
  return state === 'received' || state === 'pending' || state === 'in_review';
}

export interface Evidence {
  readonly title: string;
  readonly url: string;
}

export interface Decision {
  readonly round: number;
  readonly stage: 'approve' | 'review';
  readonly kind: 'approve' | 'reject' | 'agree' | 'object' | 'take_back';
  /** A person's Slack id, or `tier:refunds/1` for what the agent's own tier decides. */
  readonly by: { readonly id: string; readonly name: string };
  readonly principal: string;
  /** Every name that they went by when they decided, and who they decided for. */
  readonly identities: readonly string[];
  /** Who was away, where they decided for somebody. */
  readonly for: { readonly id: string; readonly name: string; readonly principal: string } | null;
  readonly at: Date;
  readonly reason: string | null;
  readonly digest: string;
}

/** What somebody who may decide asks the agent. */
export interface Question {
  readonly id: string;
  readonly text: string;
  readonly by: { readonly id: string; readonly name: string };
  readonly askedAt: Date;
  readonly answer: { readonly text: string; readonly at: Date } | null;
}

export type ExecutionState = 'ready' | 'leased' | 'started' | 'executed' | 'failed' | 'unknown' | 'canceled';

/** Nothing more comes of it. */
export function isFinished(state: ExecutionState): boolean {
  return state === 'executed' || state === 'failed' || state === 'canceled';
}

export interface Execution {
  /** Also the idempotency key that the system receives. */
  readonly id: string;
  readonly round: number;
  readonly state: ExecutionState;
  readonly attempts: number;
  /** It is not written, or not tried again, before. */
  readonly dueAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly result: JsonObject | null;
  readonly error: string | null;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** The undoing of what was written, queued by a confirmed rollback and neither given up nor failed. */
export interface Undoing {
  /** Its execution, and the key of its write. */
  readonly id: string;
  readonly state: Exclude<ExecutionState, 'canceled' | 'failed'>;
  /** As it was planned and confirmed. */
  readonly request: RenderedRequest;
  /** Why it is not done yet, or may not be. */
  readonly error: string | null;
}

/** Another proposal. */
export interface Other {
  readonly id: string;
  readonly number: number;
}

export interface Added {
  readonly who: Who;
  readonly late: boolean;
}

export interface Proposal {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly round: number;
  readonly state: ProposalState;
  readonly agent: string;
  readonly action: string;
  readonly system: string;
  readonly workflow: string;
  readonly account: string;
  readonly summary: string;
  readonly input: JsonObject;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  readonly onBehalfOf: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly claimedImpact: string | null;
  readonly impact: Money | null;
  readonly tierIndex: number;
  readonly decide: Evaluation['tier']['decide'];
  readonly why: string;
  /** The manifests' version that judged it, `sha256:…`. */
  readonly policy: string;
  readonly reversible: boolean;
  /** Who counts as having asked for it: nobody of them may decide (identities, see `person.ts`). */
  readonly requesters: readonly string[];
  /** What the system of record said when it was judged; only the fields of `show` are for people's eyes. */
  readonly before: JsonObject | null;
  readonly blocked: string | null;
  /** `sha256:…` of what was shown and will be done; null until it is judged. */
  readonly digest: string | null;
  /** Why the present round is not the first: what was decided before does not count. */
  readonly askedAgain: string | null;
  readonly decisions: readonly Decision[];
  /** In the order in which they were asked. */
  readonly questions: readonly Question[];
  readonly execution: Execution | null;
  readonly undoing: Undoing | null;
  readonly createdAt: Date;
  readonly judgedAt: Date | null;
  /** By when somebody should decide; null: the tier has no SLA. */
  readonly dueAt: Date | null;
  /** Who may decide besides the tier's approvers, since nobody had; `late`: long after the step was due. */
  readonly added: readonly Added[];
  /** Null once somebody has decided. */
  readonly expiresAt: Date | null;
  readonly executeBy: Date | null;
  /** The second human's, where the tier asks for one. */
  readonly review: {
    readonly state: 'awaiting' | 'agreed' | 'objected' | 'lapsed';
    readonly dueAt: Date | null;
  } | null;
  /** Changed into another one, or from one. */
  readonly supersededBy: Other | null;
  readonly supersedes: Other | null;
  /** Who gave it to whom. */
  readonly handovers: readonly { readonly toId: string; readonly toName: string; readonly byName: string }[];
  /** What is switched off and holds this proposal up: `all`, its agent, system or workflow. */
  readonly paused: string | null;
  /** Since when what was personal in it is gone: its input, what was shown, and what an undo would be made of. */
  readonly erasedAt: Date | null;
  /** The database's clock when this was read; the only clock that counts. */
  readonly readAt: Date;
}
