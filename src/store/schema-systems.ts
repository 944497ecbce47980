import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core';

/** How a system behaves, for all processes: what it asked us to wait for, and its breaker. */
export const systemState = pgTable('system_state', {
  system: text().primaryKey(),
  /** In a row, without an answer between them. */
  failures: integer().notNull().default(0),
  open: boolean().notNull().default(false),
  pausedUntil: timestamp('paused_until', { withTimezone: true, mode: 'date' }),
  why: text(),
});

/** What systems tell agents, as CloudEvents. */
export const inbox = pgTable(
  'inbox',
  {
    seq: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    system: text().notNull(),
    id: text().notNull(),
    event: jsonb().notNull(),
    at: timestamp('at', { withTimezone: true, mode: 'date' }).notNull().default(sql`clock_timestamp()`),
  },
  (t) => [unique('inbox_id').on(t.system, t.id), index('inbox_system').on(t.system, t.seq)],
);
