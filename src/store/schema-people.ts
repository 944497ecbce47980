import { sql } from 'drizzle-orm';
import { check, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { principal, proposal } from './schema.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Who is away, until when, and who decides for them meanwhile. */
export const absence = pgTable(
  'absence',
  {
    principal: text()
      .primaryKey()
      .references(() => principal.id),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    delegate: text().references(() => principal.id),
    delegateId: text('delegate_id'),
    delegateName: text('delegate_name'),
    until: instant('until').notNull(),
    since: instant('since').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [check('absence_not_self', sql`${t.delegate} <> ${t.principal}`)],
);

/** Who was in a user group when it was last looked at: a change of it is an event. */
export const userGroup = pgTable('user_group', {
  handle: text().primaryKey(),
  members: text().array().notNull(),
  at: instant('at').notNull().default(sql`clock_timestamp()`),
});

/** A proposal that somebody who may decide gave to a colleague who may too. */
export const handover = pgTable(
  'handover',
  {
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposal.id),
    toId: text('to_id').notNull(),
    toName: text('to_name').notNull(),
    byId: text('by_id').notNull(),
    byName: text('by_name').notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [primaryKey({ columns: [t.proposalId, t.toId] })],
);
