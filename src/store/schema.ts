import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { waitingIndexes } from './schema-waiting.ts';

// The tables. What guards them (triggers, functions, grants, the partitioned audit) stands in `migrations/`,
// by hand: the program has no right to write here except through those functions.
export const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const manifestVersion = pgTable('manifest_version', {
  digest: text().primaryKey(),
  files: jsonb().notNull(),
  loadedAt: instant('loaded_at').notNull().default(sql`clock_timestamp()`),
});

export const principal = pgTable(
  'principal',
  { id: text().primaryKey(), kind: text().notNull(), name: text().notNull() },
  (t) => [check('principal_kind', sql`${t.kind} in ('person', 'agent', 'policy')`)],
);

export const identity = pgTable('identity', {
  identity: text().primaryKey(),
  principal: text()
    .notNull()
    .references(() => principal.id),
  firstSeenAt: instant('first_seen_at').notNull().default(sql`clock_timestamp()`),
});

export const proposal = pgTable(
  'proposal',
  {
    id: uuid().primaryKey(),
    number: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity({ startWith: 1001 }),
    version: integer().notNull().default(1),
    round: integer().notNull().default(0),
    events: integer().notNull().default(0),
    state: text().notNull().default('received'),
    agent: text().notNull(),
    idempotencyKey: text('idempotency_key'),
    body: bytea('body').notNull(),
    action: text().notNull(),
    system: text().notNull(),
    workflow: text().notNull(),
    account: text().notNull(),
    summary: text().notNull(),
    input: jsonb().notNull(),
    reason: text().notNull(),
    evidence: jsonb().notNull(),
    metadata: jsonb().notNull(),
    traceparent: text(),
    onBehalfOf: text('on_behalf_of'),
    claimedImpact: text('claimed_impact'),
    amount: bigint({ mode: 'bigint' }),
    currency: text().notNull(),
    tier: smallint().notNull(),
    decide: text().notNull(),
    why: text().notNull(),
    policy: text()
      .notNull()
      .references(() => manifestVersion.digest),
    reversible: boolean().notNull(),
    requesters: text().array().notNull(),
    before: jsonb(),
    blocked: text(),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
    judgedAt: instant('judged_at'),
    /** Of the SLA; null: there is none. */
    dueAt: instant('due_at'),
    /** Who may decide besides the tier's approvers, since a step of the escalation added them; `late`: it ran late. */
    added: jsonb().notNull().default([]),
    /** What its clocks got back in the present round. */
    frozenMs: bigint('frozen_ms', { mode: 'number' }).notNull().default(0),
    /** Null once somebody has decided: then it expires no more. */
    expiresAt: instant('expires_at'),
    executeBy: instant('execute_by'),
    reviewState: text('review_state'),
    reviewDueAt: instant('review_due_at'),
    /** The one that it was changed from, and into. */
    supersedes: uuid(),
    supersededBy: uuid('superseded_by'),
    /** Its agent wants to be called back. */
    callback: boolean().notNull().default(false),
    erasedAt: instant('erased_at'),
  },
  (t) => [
    unique('proposal_number').on(t.number),
    unique('proposal_idempotency').on(t.agent, t.idempotencyKey),
    index('proposal_expiry').on(t.expiresAt).where(sql`state in ('received', 'pending', 'in_review')`),
    index('proposal_late').on(t.executeBy).where(sql`state = 'approved'`),
    index('proposal_open').on(t.agent, t.number).where(sql`state in ('received', 'pending', 'in_review')`),
    index('proposal_account').on(t.account, t.createdAt),
    ...waitingIndexes(t),
    index('proposal_sum').on(t.workflow, t.account, t.judgedAt),
    index('proposal_sum_of_agent').on(t.workflow, t.agent, t.judgedAt),
    check('proposal_review_state', sql`${t.reviewState} in ('awaiting', 'agreed', 'objected', 'lapsed')`),
    check('proposal_decide', sql`${t.decide} in ('agent', 'human', 'named')`),
  ],
);

/** One asking: what was shown and will be done. A new round has a new digest, and earlier decisions do not count. */
export const round = pgTable(
  'round',
  {
    proposalId: uuid('proposal_id').notNull(),
    round: integer().notNull(),
    envelope: bytea('envelope').notNull(),
    /** Of the envelope as it came in, made by a trigger; it stays when the envelope is erased. */
    digest: bytea('digest').notNull(),
    requesters: text().array().notNull(),
    execution: uuid().notNull(),
    /** Why it is asked again; null in the first. */
    because: text(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.proposalId, t.round] }),
    unique('round_digest').on(t.proposalId, t.round, t.digest),
    unique('round_execution').on(t.proposalId, t.round, t.execution),
  ],
);

/** One person's click, once a round: a quorum is several. */
export const vote = pgTable(
  'vote',
  {
    proposalId: uuid('proposal_id').notNull(),
    round: integer().notNull(),
    stage: text().notNull(),
    kind: text().notNull(),
    digest: bytea('digest').notNull(),
    requesters: text().array().notNull(),
    principal: text()
      .notNull()
      .references(() => principal.id),
    identities: text().array().notNull(),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    /** Who was away, where this person decided for them. */
    forPrincipal: text('for_principal').references(() => principal.id),
    forId: text('for_id'),
    forName: text('for_name'),
    reason: text(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.proposalId, t.round, t.principal, t.kind] }),
    uniqueIndex('vote_one_right')
      .on(t.proposalId, t.round, sql`coalesce(for_principal, principal)`)
      .where(sql`kind <> 'take_back'`),
    index('vote_by').on(t.principal, t.at),
    uniqueIndex('vote_one_each').on(t.proposalId, t.round, t.principal).where(sql`kind <> 'take_back'`),
    uniqueIndex('vote_taken_back_once').on(t.proposalId, t.round).where(sql`kind = 'take_back'`),
    foreignKey({
      columns: [t.proposalId, t.round, t.digest],
      foreignColumns: [round.proposalId, round.round, round.digest],
    }),
    check('vote_stage', sql`${t.stage} in ('approve', 'review')`),
    check(
      'vote_kind',
      sql`(${t.stage}, ${t.kind}) in (('approve', 'approve'), ('approve', 'reject'), ('approve', 'take_back'), ('review', 'agree'), ('review', 'object'))`,
    ),
    check('vote_four_eyes', sql`not (${t.identities} && ${t.requesters})`),
  ],
);

/** The terminal decision of a stage: the vote that settled it. Every write hangs on one. */
export const decision = pgTable(
  'decision',
  {
    proposalId: uuid('proposal_id').notNull(),
    round: integer().notNull(),
    stage: text().notNull(),
    verdict: text().notNull(),
    digest: bytea('digest').notNull(),
    principal: text().notNull(),
    kind: text().notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.proposalId, t.round, t.stage] }),
    unique('decision_effect').on(t.proposalId, t.round, t.digest, t.stage, t.verdict),
    foreignKey({
      columns: [t.proposalId, t.round, t.digest],
      foreignColumns: [round.proposalId, round.round, round.digest],
    }),
    foreignKey({
      columns: [t.proposalId, t.round, t.principal, t.kind],
      foreignColumns: [vote.proposalId, vote.round, vote.principal, vote.kind],
    }),
    check('decision_stage', sql`${t.stage} in ('approve', 'review')`),
    check(
      'decision_verdict',
      sql`(${t.verdict}, ${t.kind}) in (('approved', 'approve'), ('approved', 'agree'), ('rejected', 'reject'), ('rejected', 'object'))`,
    ),
  ],
);

export const execution = pgTable(
  'execution',
  {
    id: uuid().primaryKey(),
    proposalId: uuid('proposal_id').notNull(),
    round: integer().notNull(),
    digest: bytea('digest').notNull(),
    stage: text().notNull().default('approve'),
    verdict: text().notNull().default('approved'),
    /** 'review' where a second human had to agree before the write. */
    reviewStage: text('review_stage'),
    kind: text().notNull().default('forward'),
    compensates: uuid(),
    /** The confirmed rollback that an undo belongs to. */
    rollback: uuid(),
    /** The id of a forward write, which its round's envelope names; null for an undo. */
    forward: uuid().generatedAlwaysAs(sql`case when kind = 'forward' then id end`),
    state: text().notNull().default('ready'),
    agent: text().notNull(),
    system: text().notNull(),
    workflow: text().notNull(),
    account: text().notNull(),
    fence: integer().notNull().default(0),
    leasedBy: text('leased_by'),
    leaseUntil: instant('lease_until'),
    attempts: integer().notNull().default(0),
    stumbles: integer().notNull().default(0),
    nextAttemptAt: instant('next_attempt_at').notNull().default(sql`clock_timestamp()`),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    result: jsonb(),
    error: text(),
    before: jsonb(),
    after: jsonb(),
  },
  (t) => [
    foreignKey({
      columns: [t.proposalId, t.round, t.digest, t.stage, t.verdict],
      foreignColumns: [
        decision.proposalId,
        decision.round,
        decision.digest,
        decision.stage,
        decision.verdict,
      ],
    }),
    foreignKey({
      columns: [t.proposalId, t.round, t.forward],
      foreignColumns: [round.proposalId, round.round, round.execution],
    }),
    uniqueIndex('execution_one_a_round').on(t.proposalId, t.round).where(sql`kind = 'forward'`),
    uniqueIndex('execution_one_started')
      .on(t.proposalId)
      .where(sql`kind = 'forward' and started_at is not null`),
    // One that surely did not happen leaves room for another try.
    uniqueIndex('execution_one_undo')
      .on(t.compensates)
      .where(sql`kind = 'compensate' and state not in ('canceled', 'failed')`),
    index('execution_lane')
      .on(t.system, t.account, t.id)
      .where(sql`kind = 'forward' and state in ('ready', 'leased', 'started')`),
    index('execution_undo_lane')
      .on(t.system, t.account, t.id)
      .where(sql`kind = 'compensate' and state in ('ready', 'leased', 'started')`),
    index('execution_due').on(t.nextAttemptAt, t.id).where(sql`state in ('ready', 'leased', 'started')`),
    check('execution_approved', sql`${t.stage} = 'approve' and ${t.verdict} = 'approved'`),
    check('execution_reviewed', sql`${t.reviewStage} = 'review'`),
    check('execution_kind', sql`${t.kind} in ('forward', 'compensate')`),
    check(
      'execution_undo',
      sql`(${t.kind} = 'compensate') = (${t.compensates} is not null) and (${t.kind} = 'compensate') = (${t.rollback} is not null)`,
    ),
    check(
      'execution_state',
      sql`${t.state} in ('ready', 'leased', 'started', 'executed', 'failed', 'unknown', 'canceled')`,
    ),
    check(
      'execution_started',
      sql`${t.state} not in ('started', 'executed', 'unknown') or ${t.startedAt} is not null`,
    ),
  ],
);
