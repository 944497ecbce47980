import { ask, type Database } from './database.ts';

/** A posted message that shows a proposal. Only a click on one that is known here can decide. */
export interface Card {
  readonly channel: string;
  readonly ts: string;
  readonly proposalId: string;
  /** What it was posted for: `#channel` or `@U…`. */
  readonly target: string;
  readonly round: number;
}

interface Row {
  channel: string;
  ts: string;
  proposal_id: string;
  target: string;
  round: number;
}

function toCard(row: Row): Card {
  return {
    channel: row.channel,
    ts: row.ts,
    proposalId: row.proposal_id,
    target: row.target,
    round: row.round,
  };
}

export async function listCards({ sql }: Database, proposalId: string): Promise<Card[]> {
  const rows = await ask(sql<Row[]>`select * from card where proposal_id = ${proposalId} order by posted_at`);
  return rows.map(toCard);
}

export async function findCard({ sql }: Database, channel: string, ts: string): Promise<Card | undefined> {
  const [row] = await ask(sql<Row[]>`select * from card where channel = ${channel} and ts = ${ts}`);
  return row && toCard(row);
}

/** Remembers what a message shows; with `posted` it is also an event: shown to whom. */
export async function saveCard(
  { sql }: Database,
  card: Card & { version: number; posted: boolean },
): Promise<void> {
  const wire = {
    channel: card.channel,
    ts: card.ts,
    proposal: card.proposalId,
    target: card.target,
    round: card.round,
    version: card.version,
    posted: card.posted,
  };
  await ask(sql`select save_card(${sql.json(wire)})`);
}

/** The message is gone: it is posted again when it is next needed. */
export async function forgetCard({ sql }: Database, card: Card): Promise<void> {
  await ask(sql`select forget_card(${card.channel}, ${card.ts})`);
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
