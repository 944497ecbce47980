import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, principal, proposal } from './schema.ts';

/** What somebody who may decide asks the agent, and the agent's answer. */
export const question = pgTable(
  'question',
  {
    id: uuid().primaryKey(),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposal.id),
    principal: text()
      .notNull()
      .references(() => principal.id),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    text: text().notNull(),
    askedAt: instant('asked_at').notNull().default(sql`clock_timestamp()`),
    answer: text(),
    answeredAt: instant('answered_at'),
  },
  (t) => [
    index('question_proposal').on(t.proposalId),
    check('question_answered', sql`(${t.answer} is null) = (${t.answeredAt} is null)`),
  ],
);

/** What an agent's callback has to be told yet, in the order in which it happened. Never contents: they are read when it is sent. */
export const callbackEvent = pgTable(
  'callback_event',
  {
    seq: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The `webhook-id`, of every try. */
    id: uuid().notNull().defaultRandom(),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposal.id),
    type: text().notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [index('callback_event_proposal').on(t.proposalId, t.seq)],
);
