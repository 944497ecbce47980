import { createBatcher } from './batcher.ts';
import { ask, type Database, perDatabase, retryAlone } from './database.ts';

/** A copy of a card that is to be posted. */
export interface WaitingCard {
  readonly proposalId: string;
  readonly target: string;
}

/**
 * Has every copy of a proposal's card brought to what it is now: `missing` wait for the turn of their place (`#channel` or `@U…`), what is
 * posted is looked at again, and what waited and is not among the missing waits no more. `isOver`: nothing can be decided there any more.
 */
export async function bringUp(database: Database, proposalId: string, wanted: Wanted): Promise<void> {
  await bringerOf(database)({ proposalId, ...wanted });
}

interface Wanted {
  readonly missing: readonly { readonly target: string; readonly place: string; readonly isCall: boolean }[];
  readonly isOver: boolean;
}

/** Cards of one moment share a commit: they go to the same places, and would wait for each other there. */
const bringerOf = perDatabase(({ sql }) =>
  createBatcher<Wanted & { readonly proposalId: string }, undefined>(
    async (items) => {
      const batch = items.map(({ proposalId: proposal, missing, isOver }) => {
        const copies = missing.map(({ target, place, isCall }) => ({ target, place, rank: isCall ? 1 : 2 }));
        return { proposal, missing: copies, rank: isOver ? 0 : 1 };
      });
      await ask(sql`select bring_up(${sql.json(batch)})`);
      return items.map(() => undefined);
    },
    { lanes: 1, most: 64, retryAlone },
  ),
);

/** What waits at a place, what goes first first, up to `limit`. Thousands may: they are not counted. */
export async function listWaiting(
  { sql }: Database,
  place: string,
  limit: number,
): Promise<{ readonly first: readonly WaitingCard[]; readonly isCall: boolean }> {
  const rows = await ask(sql<{ proposal_id: string; target: string; rank: number }[]>`
    select proposal_id, target, rank from waiting_card
    where place = ${place} order by rank, asked_at, proposal_id limit ${limit}`);
  return {
    first: rows.map(({ proposal_id: proposalId, target }) => ({ proposalId, target })),
    isCall: rows[0]?.rank === 1,
  };
}

/** They wait no more; `apart`: each goes on by itself, so that it holds up no other. */
export async function dropWaiting(
  { sql }: Database,
  copies: readonly WaitingCard[],
  apart: boolean,
): Promise<void> {
  if (copies.length === 0) return;
  const wire = copies.map(({ proposalId, target }) => ({ proposal: proposalId, target }));
  await ask(sql`select drop_waiting(${sql.json(wire)}, ${apart})`);
}

/** A message that may show what is no more so. */
export interface StaleMessage {
  readonly channel: string;
  readonly ts: string;
  /** Grows with each time that it was asked for. */
  readonly marks: number;
  /** It was clicked just now and may be replaced without a call of the Web API. */
  readonly canReply: boolean;
}

/** Up to `limit` of either kind: those that can be replied to, then those where nothing can be decided any more, then the longest asked for. */
export async function listStale({ sql }: Database, limit: number): Promise<StaleMessage[]> {
  const rows = await ask(sql<StaleMessage[]>`
    (select s.channel, s.ts, s.marks, true as "canReply" from reply_url r join stale_message s using (channel, ts)
      where r.uses > 0 and r.until > clock_timestamp() and coalesce(r.held_until <= clock_timestamp(), true)
      order by s.rank, s.asked_at, s.ts limit ${limit})
    union all
    (select s.channel, s.ts, s.marks, false from stale_message s where not exists (
        select 1 from reply_url r where r.channel = s.channel and r.ts = s.ts
          and (r.held_until > clock_timestamp() or (r.uses > 0 and r.until > clock_timestamp())))
      order by s.rank, s.asked_at, s.ts limit ${limit})`);
  return [...rows];
}

/** How long until the first stale message that a click holds is let go; undefined: none is held. */
export async function untilRelease({ sql }: Database): Promise<number | undefined> {
  const [row] = await ask(sql<{ ms: number | null }[]>`
    select ceil(extract(epoch from min(r.held_until) - clock_timestamp()) * 1000)::int as ms
    from reply_url r join stale_message s using (channel, ts) where r.held_until > clock_timestamp()`);
  return row?.ms == null ? undefined : Math.max(1, row.ms);
}

/** How often a message was asked for by now; 0: it is not. */
export async function marksOf({ sql }: Database, channel: string, ts: string): Promise<number> {
  const [row] = await ask(sql<{ marks: number }[]>`
    select marks from stale_message where channel = ${channel} and ts = ${ts}`);
  return row?.marks ?? 0;
}

/** A message shows this now; `was` is what it showed before. If somebody showed something else meanwhile, it is shown again. */
export async function settleMessage(
  { sql }: Database,
  message: {
    readonly channel: string;
    readonly ts: string;
    readonly marks: number;
    readonly was: string | null;
    readonly shown: string;
    readonly cards: readonly { readonly proposal: string; readonly round: number }[];
  },
): Promise<void> {
  await ask(sql`select settle_message(${sql.json({ ...message, cards: [...message.cards] })})`);
}

/** It is brought up to date by itself from now on. */
export async function setMessageApart({ sql }: Database, channel: string, ts: string): Promise<void> {
  await ask(sql`select set_message_apart(${channel}, ${ts})`);
}

/**
 * A message of ours was clicked, and may be replaced so many times through `url`. With `holdMs` the click's own answer stands there until
 * {@link releaseMessage}, at most so long.
 */
export async function keepReply(
  { sql }: Database,
  reply: { readonly channel: string; readonly ts: string; readonly url: string; readonly uses: number },
  holdMs?: number,
): Promise<void> {
  const { channel, ts, url, uses } = reply;
  await ask(sql`select keep_reply(${channel}, ${ts}, ${url}, ${uses}, ${holdMs ?? null})`);
}

/** The click's own answer, `shown`, stands there; null: nobody knows whether. */
export async function releaseMessage(
  { sql }: Database,
  channel: string,
  ts: string,
  shown: string | null,
): Promise<void> {
  await ask(sql`select release_message(${channel}, ${ts}, ${shown})`);
}

/** Where a message may be replaced once more; undefined: nowhere. */
export async function takeReply({ sql }: Database, channel: string, ts: string): Promise<string | undefined> {
  const [row] = await ask(sql<{ url: string | null }[]>`select use_reply(${channel}, ${ts}) as url`);
  return row?.url ?? undefined;
}

export async function dropReply({ sql }: Database, channel: string, ts: string): Promise<void> {
  await ask(sql`select drop_reply(${channel}, ${ts})`);
}
