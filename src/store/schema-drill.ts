import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, principal } from './schema.ts';

/** A rollback against a system's sandbox, and its signed record. */
export const drill = pgTable(
  'drill',
  {
    id: uuid().primaryKey(),
    number: integer().notNull().unique('drill_number').generatedAlwaysAsIdentity(),
    /** The live system. */
    system: text().notNull(),
    principal: text()
      .notNull()
      .references(() => principal.id),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    writes: integer().notNull(),
    /** Proposals of this drill have higher numbers. */
    fromNumber: bigint('from_number', { mode: 'number' }).notNull(),
    /** The id of its rollback, before there is one. */
    rollback: uuid().notNull().unique('drill_rollback'),
    edits: jsonb().notNull().default([]),
    /** Undoings whose holder died. */
    crashed: uuid().array().notNull().default(sql`'{}'`),
    state: text().notNull().default('writing'),
    startedAt: instant('started_at').notNull().default(sql`clock_timestamp()`),
    finishedAt: instant('finished_at'),
    passed: boolean(),
    /** A compact JWS. */
    record: text(),
    /** Where it stands in Slack. */
    channel: text(),
    ts: text(),
  },
  (t) => [
    uniqueIndex('drill_one_a_system').on(t.system).where(sql`state <> 'done'`),
    check('drill_state', sql`${t.state} in ('writing', 'undoing', 'done')`),
    check(
      'drill_done',
      sql`(${t.state} = 'done') = (${t.record} is not null and ${t.finishedAt} is not null and ${t.passed} is not null)`,
    ),
  ],
);
