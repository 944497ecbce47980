import { sql } from 'drizzle-orm';
import {
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, proposal } from './schema.ts';

/** What happens while nobody decides, each once. Once somebody has, what was not done is deleted. */
export const step = pgTable(
  'step',
  {
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposal.id),
    round: integer().notNull(),
    n: smallint().notNull(),
    dueAt: instant('due_at').notNull(),
    what: jsonb().notNull(),
    doneAt: instant('done_at'),
  },
  (t) => [
    primaryKey({ columns: [t.proposalId, t.round, t.n] }),
    index('step_due').on(t.dueAt).where(sql`done_at is null`),
  ],
);

/** Something to bring the outside up to: a topic and an id, never contents. A row that is asked for again while it is worked on runs again. */
export const outbox = pgTable(
  'outbox',
  {
    topic: text().notNull(),
    ref: text().notNull(),
    generation: integer().notNull().default(1),
    /** What goes first when much is due: 0 kill switch, 1 escalations, 2 new cards, 3 updates. */
    rank: smallint().notNull().default(2),
    dueAt: instant('due_at').notNull().default(sql`clock_timestamp()`),
    leaseUntil: instant('lease_until'),
    attempts: integer().notNull().default(0),
    parkedAt: instant('parked_at'),
    lastError: text('last_error'),
  },
  (t) => [
    primaryKey({ columns: [t.topic, t.ref] }),
    index('outbox_due').on(t.rank, t.dueAt).where(sql`parked_at is null`),
  ],
);

/** A message that shows a proposal, by itself or as one line of a list; only a click on one of these can decide. */
export const card = pgTable(
  'card',
  {
    channel: text().notNull(),
    ts: text().notNull(),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposal.id),
    target: text().notNull(),
    round: integer().notNull(),
    form: text().notNull().default('card'),
    /** Of the content that the message has; null: nobody knows, and it has to be shown again. */
    shown: text(),
    postedAt: instant('posted_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.channel, t.ts, t.proposalId] }),
    index('card_proposal').on(t.proposalId),
    uniqueIndex('card_alone').on(t.channel, t.ts).where(sql`form = 'card'`),
    check('card_form', sql`${t.form} in ('card', 'line')`),
  ],
);

/** Copies of cards that wait to be posted at a place, which takes one message a second. */
export const waitingCard = pgTable(
  'waiting_card',
  {
    place: text().notNull(),
    target: text().notNull(),
    proposalId: uuid('proposal_id')
      .notNull()
      .references(() => proposal.id),
    /** 1: somebody is called by it; 2: it is new. */
    rank: smallint().notNull(),
    askedAt: instant('asked_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.proposalId, t.target] }),
    index('waiting_card_place').on(t.place, t.rank, t.askedAt),
  ],
);

/** Messages that may show what is no more so. Asked for again while it is brought up to date: `marks` has grown, and it stays. */
export const staleMessage = pgTable(
  'stale_message',
  {
    channel: text().notNull(),
    ts: text().notNull(),
    /** 0: nothing can be decided there any more, and its buttons have to go; 1: all else. */
    rank: smallint().notNull(),
    marks: integer().notNull().default(1),
    askedAt: instant('asked_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [primaryKey({ columns: [t.channel, t.ts] }), index('stale_message_order').on(t.rank, t.askedAt)],
);

/**
 * Where a clicked message may be replaced for half an hour without a call of the Web API; not logged, so that it is in no backup. Until
 * `held_until` whoever recorded the click shows what becomes of it.
 */
export const replyUrl = pgTable(
  'reply_url',
  {
    channel: text().notNull(),
    ts: text().notNull(),
    url: text().notNull(),
    uses: smallint().notNull(),
    until: instant('until').notNull(),
    heldUntil: instant('held_until'),
  },
  (t) => [primaryKey({ columns: [t.channel, t.ts] })],
);

/** One fixed row that holds every switch: a scope without a row of its own would lock nothing. */
export const switchboard = pgTable(
  'switchboard',
  {
    id: smallint().primaryKey().default(1),
    off: jsonb().notNull().default({}),
    asked: jsonb().notNull().default({}),
  },
  (t) => [check('switchboard_one', sql`${t.id} = 1`)],
);

/** How many events each audit stream has that is not a proposal's. */
export const stream = pgTable('stream', {
  name: text().primaryKey(),
  events: integer().notNull().default(0),
});

/** Token buckets that all processes share: what an agent may propose, what a system may be asked. */
export const bucket = pgTable('bucket', {
  name: text().primaryKey(),
  tokens: doublePrecision().notNull(),
  at: instant('at').notNull().default(sql`clock_timestamp()`),
  /** By rank: until when somebody waits for a turn, which nobody of a later rank is given meanwhile. */
  wanted: instant('wanted').array(),
});

/** Agents that may decide nothing alone until an operator gives it back: somebody objected to what they did, or nobody looked. */
export const distrust = pgTable('distrust', {
  agent: text().primaryKey(),
  because: text().notNull(),
  since: instant('since').notNull().default(sql`clock_timestamp()`),
});
