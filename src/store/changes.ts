import type { Deadlines } from '../domain/deadlines.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Keyed, PersonalFields } from '../domain/personal-fields.ts';
import type { Decision, ExecutionState, Proposal, ProposalState } from '../domain/proposal.ts';
import type { Difference } from '../domain/undo.ts';
import { createBatcher } from './batcher.ts';
import { wireChange, wireProposal } from './change-wire.ts';
import { ask, type Database, retryAlone } from './database.ts';

export interface NewEvent {
  /** `noun.past_verb` */
  readonly type: string;
  /** `agent:refund-agent`, a person's principal, `policy:…` or `countersign`. */
  readonly actor: string;
  readonly data?: JsonObject;
  /** Of the action whose records are in the data: the values of these are kept apart from the event. */
  readonly fields?: PersonalFields;
  /** The parts of the data that are the agent's own words: of an action with personal fields they are kept apart whole. */
  readonly words?: readonly string[];
}

export interface OutboxRow {
  readonly topic: string;
  readonly ref: string;
  readonly afterMs?: number;
}

/** One person's vote; with a verdict it settles its stage. */
export interface NewDecision {
  readonly stage: 'approve' | 'review';
  readonly verdict: 'approved' | 'rejected' | null;
  readonly kind: 'approve' | 'reject' | 'agree' | 'object' | 'take_back';
  readonly digest: string;
  readonly principal: string;
  readonly principalKind: 'person' | 'policy';
  readonly identities: readonly string[];
  readonly by: { readonly id: string; readonly name: string };
  readonly for: Decision['for'];
  readonly reason: string | null;
}

export interface NewQuestion {
  readonly id: string;
  readonly text: string;
  readonly principal: string;
  readonly by: { readonly id: string; readonly name: string };
}

/** What an agent decides alone may not pass it; summed under a lock, in the commit. */
export interface BudgetGuard {
  readonly per: 'account' | 'agent';
  readonly minor: bigint;
  readonly withinMs: number;
}

/** The sum that the tier was picked by; another by now makes the change stale. */
export interface SumGuard {
  readonly per: 'account' | 'agent';
  readonly withinMs: number;
  readonly prior: bigint;
}

/** How a started or claimed execution ended, for now. */
export interface ExecutionOutcome {
  readonly id: string;
  readonly fence: number;
  readonly state: Extract<ExecutionState, 'ready' | 'executed' | 'failed' | 'unknown' | 'canceled'>;
  readonly result?: JsonObject;
  readonly error?: string;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly retryMs?: number;
}

/** One transition: all of it is committed together, or nothing. */
export interface Change {
  readonly id: string;
  readonly version: number;
  readonly set: {
    readonly state?: ProposalState;
    readonly round?: number;
    /** Of the manifests that judge the new round, and whether by them it can be undone. */
    readonly policy?: string;
    readonly reversible?: boolean;
    readonly before?: JsonObject | null;
    readonly blocked?: string | null;
    readonly tierIndex?: number;
    readonly decide?: Proposal['decide'];
    readonly why?: string;
    /** Null: somebody has decided, it expires no more. */
    readonly expiresAt?: null;
    /** The proposal that takes its place, which the same commit receives. */
    readonly supersededBy?: string;
    readonly review?: 'awaiting' | 'agreed' | 'objected' | 'lapsed' | null;
  };
  /** Stamps the time of judging. */
  readonly judged?: boolean;
  /** From now, by the database's clock. */
  readonly deadlines?: Deadlines;
  readonly executeInMs?: number;
  readonly reviewInMs?: number;
  /** Names under which sums are taken one at a time. */
  readonly locks?: readonly string[];
  readonly budgets?: readonly BudgetGuard[];
  readonly sum?: SumGuard | undefined;
  /** Refuse it as `late` if the proposal's time is over by the database's clock; `unlapsed`: if the second human's is. */
  readonly unexpired?: boolean;
  readonly unlapsed?: boolean;
  /** Why it is asked again, where it is. */
  readonly because?: string;
  readonly round?: { readonly envelope: Uint8Array; readonly execution: string };
  readonly decision?: NewDecision;
  readonly question?: NewQuestion;
  /** To a question that has none yet. */
  readonly answer?: { readonly id: string; readonly text: string };
  /** Makes the round's execution ready to be written. */
  readonly execute?: boolean;
  /** The write hangs on the review too. */
  readonly reviewed?: boolean;
  /** The write waits so long for **Take back**. */
  readonly holdMs?: number;
  /** Takes the round's write back; refused as `late` once it has started. */
  readonly cancel?: boolean;
  /** Why the agent may decide nothing alone from now on. */
  readonly distrust?: string;
  readonly outcome?: ExecutionOutcome;
  /** What came of undoing, where the execution does that. */
  readonly undo?: UndoOutcome;
  readonly events: readonly NewEvent[];
  readonly outbox?: readonly OutboxRow[];
}

interface UndoOutcome {
  readonly state: 'undone' | 'conflict' | 'failed' | 'unknown';
  readonly why: string | null;
  readonly diff?: Difference;
}

export type ChangeOutcome =
  | 'applied'
  | 'stale'
  | 'late'
  | 'fenced'
  | 'over_account'
  | 'over_agent'
  | 'distrusted';

export type NewProposal = Pick<
  Proposal,
  | 'id'
  | 'agent'
  | 'action'
  | 'system'
  | 'workflow'
  | 'account'
  | 'summary'
  | 'input'
  | 'reason'
  | 'evidence'
  | 'metadata'
  | 'onBehalfOf'
  | 'claimedImpact'
  | 'impact'
  | 'tierIndex'
  | 'decide'
  | 'why'
  | 'policy'
  | 'reversible'
  | 'requesters'
> & {
  readonly idempotencyKey: string | null;
  readonly currency: string;
  readonly traceparent: string | null;
  /** The digest of what was posted, as canonical JSON: two posts under one key are the same if it is. */
  readonly body: Uint8Array;
  /** Its agent is to be told of every change. */
  readonly callback: boolean;
  readonly expiresMs: number;
  readonly maxPending: number | undefined;
  readonly events: readonly NewEvent[];
  readonly outbox: readonly OutboxRow[];
  /** Applied in the same commit. */
  readonly judged: Change | undefined;
  /** What it takes the place of, in the same commit; `stale` if that can't be. */
  readonly supersedes?: Change;
};

export interface ReceiveOutcome {
  readonly outcome: 'received' | 'known' | 'conflict' | 'disabled' | 'full' | 'stale';
  readonly id: string | null;
  /** What is switched off, for `disabled`. */
  readonly scope: string | null;
  /** Where it was put in just as it was sent; null: who wants to know how it stands reads it. */
  readonly given: Given | null;
}

/** What the commit gave a proposal. */
export interface Given {
  readonly number: number;
  readonly createdAt: Date;
  readonly judgedAt: Date | null;
  readonly dueAt: Date | null;
  readonly expiresAt: Date;
}

export interface Changes {
  /** Accepts a proposal. When it resolves to `received`, proposal, audit event and outbox row are committed. */
  receive(proposal: NewProposal): Promise<ReceiveOutcome>;
  /** Applies a transition by compare and swap. When it resolves to `applied`, all of it is committed; else none of it. */
  change(change: Change): Promise<ChangeOutcome>;
}

type ReceiveRow = Omit<ReceiveOutcome, 'given'> & {
  readonly given: {
    readonly number: number;
    readonly created_at: string;
    readonly judged_at: string | null;
    readonly due_at: string | null;
    readonly expires_at: string;
  } | null;
};

function toGiven(row: NonNullable<ReceiveRow['given']>): Given {
  return {
    number: row.number,
    createdAt: new Date(row.created_at),
    judgedAt: row.judged_at === null ? null : new Date(row.judged_at),
    dueAt: row.due_at === null ? null : new Date(row.due_at),
    expiresAt: new Date(row.expires_at),
  };
}

const BATCH = { most: 128, retryAlone };

/** The two hot state changes; concurrent callers share commits. A writer has fewer rights: see `apply_writer_changes`. `keyed` hashes fields. */
export function createChanges(
  { sql }: Database,
  by: 'application' | 'writer' = 'application',
  keyed: Keyed = () => {
    throw new Error('there is no key to hash a field with');
  },
): Changes {
  const receive = createBatcher<NewProposal, ReceiveOutcome>(
    async (items) => {
      const batch = items.map((item) => wireProposal(item, keyed));
      const rows = await ask(sql<ReceiveRow[]>`
        select outcome, id, scope, given from receive_proposals(${sql.json(batch)}) order by n`);
      return rows.map(({ outcome, id, scope, given }) => ({
        outcome,
        id,
        scope,
        given: given && toGiven(given),
      }));
    },
    { ...BATCH, lanes: 2 },
  );
  const change = createBatcher<Change, ChangeOutcome>(
    async (items) => {
      const batch = items.map((item) => wireChange(item, keyed));
      const rows = await ask(sql<{ n: number; outcome: ChangeOutcome }[]>`
        select n, outcome from ${by === 'writer' ? sql`apply_writer_changes` : sql`apply_changes`}(${sql.json(batch)})
        order by n`);
      return rows.map((row) => row.outcome);
    },
    { ...BATCH, lanes: 2 },
  );
  return { receive, change };
}
