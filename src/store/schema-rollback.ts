import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { execution, instant, principal, proposal } from './schema.ts';

/** An operator's plan to undo what was written, and how far it has come. */
export const rollback = pgTable(
  'rollback',
  {
    id: uuid().primaryKey(),
    number: integer().notNull().unique('rollback_number').generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** The agent, system, workflow or account, or the proposal's number; empty for everything. */
    subject: text().notNull(),
    since: instant('since'),
    /** What is switched off when it is confirmed; null: nothing. */
    switch: text(),
    digest: text().notNull(),
    askedPrincipal: text('asked_principal')
      .notNull()
      .references(() => principal.id),
    askedId: text('asked_id').notNull(),
    askedName: text('asked_name').notNull(),
    askedAt: instant('asked_at').notNull().default(sql`clock_timestamp()`),
    state: text().notNull().default('planned'),
    finishedAt: instant('finished_at'),
    /** Where the plan and its progress stand in Slack. */
    channel: text(),
    ts: text(),
  },
  (t) => [
    unique('rollback_plan').on(t.id, t.digest, t.askedPrincipal),
    check(
      'rollback_kind',
      sql`${t.kind} in ('everything', 'agent', 'system', 'workflow', 'account', 'proposal')`,
    ),
    check('rollback_state', sql`${t.state} in ('planned', 'confirmed', 'running', 'stopped', 'done')`),
  ],
);

/** The second operator's word for exactly this plan. Every undoing hangs on one. */
export const rollbackConfirmation = pgTable(
  'rollback_confirmation',
  {
    rollback: uuid().primaryKey(),
    digest: text().notNull(),
    askedPrincipal: text('asked_principal').notNull(),
    principal: text()
      .notNull()
      .references(() => principal.id),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    foreignKey({
      columns: [t.rollback, t.digest, t.askedPrincipal],
      foreignColumns: [rollback.id, rollback.digest, rollback.askedPrincipal],
    }),
    check('rollback_two_operators', sql`${t.principal} <> ${t.askedPrincipal}`),
  ],
);

/** One write of a plan: what is to become of it and why, and what did. */
export const rollbackItem = pgTable(
  'rollback_item',
  {
    rollback: uuid()
      .notNull()
      .references(() => rollback.id),
    /** The write that is to be undone. */
    execution: uuid()
      .notNull()
      .references(() => execution.id),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposal.id),
    /** The undoing's execution, and the key of its write. In the plan's order, which is the order of the undoing. */
    compensation: uuid().notNull().unique('rollback_item_compensation'),
    class: text().notNull(),
    why: text(),
    /** What undoes it, rendered; null: nothing does. */
    request: jsonb(),
    /** By field: before our write, as we left it, as it is now. */
    diff: jsonb(),
    state: text().notNull(),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.rollback, t.execution] }),
    unique('rollback_item_undo').on(t.rollback, t.compensation, t.execution),
    index('rollback_item_proposal').on(t.proposalId),
    check(
      'rollback_item_class',
      sql`${t.class} in ('undo', 'irreversible', 'changed', 'unknown', 'by_hand')`,
    ),
    check(
      'rollback_item_state',
      sql`${t.state} in ('planned', 'left', 'undone', 'conflict', 'failed', 'unknown', 'skipped')`,
    ),
    check('rollback_item_left', sql`(${t.class} <> 'undo') = (${t.state} = 'left')`),
    check('rollback_item_request', sql`${t.class} <> 'undo' or ${t.request} is not null`),
  ],
);
