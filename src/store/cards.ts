import { createBatcher } from './batcher.ts';
import { ask, type Database, perDatabase, retryAlone } from './database.ts';

/** A posted message that shows a proposal. Only a click on one that is known here can decide. */
export interface Card {
  readonly channel: string;
  readonly ts: string;
  readonly proposalId: string;
  /** What it was posted for: `#channel` or `@U…`. */
  readonly target: string;
  readonly round: number;
  /** The whole card, or one line of a list, which has to be opened before it can be decided. */
  readonly form: 'card' | 'line';
  /** Of the content that the message has; null: nobody knows. */
  readonly shown: string | null;
}

interface Row extends Omit<Card, 'proposalId'> {
  proposal_id: string;
}

function toCard({ channel, ts, proposal_id: proposalId, target, round, form, shown }: Row): Card {
  return { channel, ts, proposalId, target, round, form, shown };
}

/** Concurrent reads share a statement. */
export function listCards(database: Database, proposalId: string): Promise<Card[]> {
  return readerOf(database)(proposalId);
}

const readerOf = perDatabase(({ sql }) =>
  createBatcher<string, Card[]>(
    async (ids) => {
      const rows = await ask(sql<Row[]>`
        select * from card where proposal_id = any (${[...new Set(ids)]}::uuid[]) order by posted_at`);
      const cards = rows.map(toCard);
      return ids.map((id) => cards.filter(({ proposalId }) => proposalId === id));
    },
    { lanes: 2, most: 64, retryAlone },
  ),
);

/** What a message shows: one whole card, or the lines of a list in the order of their numbers; empty: it is not ours. */
export async function listShown({ sql }: Database, channel: string, ts: string): Promise<Card[]> {
  const rows = await ask(sql<Row[]>`
    select c.* from card c join proposal p on p.id = c.proposal_id
    where c.channel = ${channel} and c.ts = ${ts} order by p.number`);
  return rows.map(toCard);
}

/** Remembers what a new message shows, committed with the event of it; it waits there no more. */
export async function saveCards({ sql }: Database, cards: readonly Card[]): Promise<void> {
  const wire = cards.map(({ proposalId, ...card }) => ({ ...card, proposal: proposalId }));
  await ask(sql`select save_cards(${sql.json(wire)})`);
}

/** The message is gone: what it showed is posted again where it is still wanted. */
export async function forgetMessage({ sql }: Database, channel: string, ts: string): Promise<void> {
  await ask(sql`select forget_message(${channel}, ${ts})`);
}

export interface CardPlace {
  readonly number: number;
  readonly channel: string;
  readonly ts: string;
}

/** Where each of these proposals is shown in a channel for all who are in it, at its newest card. */
export async function listCardPlaces({ sql }: Database, numbers: readonly number[]): Promise<CardPlace[]> {
  if (numbers.length === 0) return [];
  const rows = await ask(sql<{ number: string; channel: string; ts: string }[]>`
    select distinct on (p.number) p.number, c.channel, c.ts from proposal p join card c on c.proposal_id = p.id
    where p.number = any (${[...numbers]}::bigint[]) and c.target like '#%' order by p.number, c.posted_at desc`);
  return rows.map((row) => ({ ...row, number: Number(row.number) }));
}
