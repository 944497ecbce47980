import type { SwitchedBy } from '../domain/switches.ts';
import { createBatcher } from './batcher.ts';
import type { OutboxRow } from './changes.ts';
import { ask, type Database, perDatabase, retryAlone } from './database.ts';

export interface OutboxClaim {
  readonly topic: string;
  readonly ref: string;
  readonly generation: number;
  readonly attempts: number;
}

export async function claimOutbox(
  { sql }: Database,
  topics: readonly string[],
  leaseMs: number,
  limit: number,
): Promise<OutboxClaim[]> {
  const rows = await ask(sql<OutboxClaim[]>`
    select topic, ref, generation, attempts from claim_outbox(${[...topics]}, ${leaseMs}, ${limit})`);
  return [...rows];
}

/** Takes the row out, unless the same was asked for again since it was claimed: then it is due again. */
export async function finishOutbox(database: Database, claim: OutboxClaim): Promise<void> {
  await finisherOf(database)(claim);
}

/** What is done at the same moment shares a commit; in the order in which apply_changes puts rows in. */
const finisherOf = perDatabase(({ sql }) =>
  createBatcher<OutboxClaim, undefined>(
    async (claims) => {
      const batch = claims.map(({ topic, ref, generation }) => ({ topic, ref, generation }));
      await ask(sql`
        select finish_outbox(topic, ref, generation) from (
          select * from jsonb_to_recordset(${sql.json(batch)}) as x (topic text, ref text, generation integer) order by ref, topic) y`);
      return claims.map(() => undefined);
    },
    { lanes: 1, most: 64, retryAlone },
  ),
);

/** Puts it off; `park` takes it out of the queue until somebody asks for it again. */
export async function retryOutbox(
  { sql }: Database,
  claim: OutboxClaim,
  options: { retryMs: number; error: string; park: boolean },
): Promise<void> {
  await ask(sql`
    select retry_outbox(${claim.topic}, ${claim.ref}, ${Math.ceil(options.retryMs)}, ${options.error}, ${options.park})`);
}

/** Asks for the outside to be brought up to date, apart from any transition. */
export async function enqueue({ sql }: Database, rows: readonly OutboxRow[]): Promise<void> {
  const wire = rows.map((row) => ({
    topic: row.topic,
    ref: row.ref,
    ...(row.afterMs ? { after_ms: row.afterMs } : {}),
  }));
  await ask(sql`select enqueue_now(${sql.json(wire)})`);
}

/** Has everything that was given up tried again, on record; how much that was. */
export async function retryParked({ sql }: Database, by: SwitchedBy): Promise<number> {
  const [row] = await ask(sql<{ count: number }[]>`select retry_parked(${sql.json({ ...by })}) as count`);
  return row?.count ?? 0;
}

/** Given up after repeated failure. `number` is the proposal's that it is about. */
export interface Parked {
  readonly topic: string;
  readonly ref: string;
  readonly number: number | null;
  readonly error: string;
}

export interface OutboxState {
  readonly waiting: number;
  /** How many there are, and the latest of them. */
  readonly parkedCount: number;
  readonly parked: readonly Parked[];
  /** Executions that may be written, and those under way. */
  readonly writesWaiting: number;
  readonly writesUnderWay: number;
}

export async function readOutboxState({ sql }: Database): Promise<OutboxState> {
  const [counts] = await ask(sql<{ waiting: number; parked: number; ready: number; started: number }[]>`
    select (select count(*)::int from outbox where parked_at is null) as waiting,
      (select count(*)::int from outbox where parked_at is not null) as parked,
      (select count(*)::int from execution where state in ('ready', 'leased') and agent <> 'drill') as ready,
      (select count(*)::int from execution where state = 'started' and agent <> 'drill') as started`);
  const parked = await ask(sql<Parked[]>`
    select o.topic, o.ref, coalesce(o.last_error, '') as error, p.number::int
    from outbox o left join proposal p on p.id = case when o.ref ~ '^[0-9a-f-]{36}$' then o.ref::uuid end
    where o.parked_at is not null order by o.parked_at desc limit 20`);
  return {
    waiting: counts?.waiting ?? 0,
    parkedCount: counts?.parked ?? 0,
    parked: [...parked],
    writesWaiting: counts?.ready ?? 0,
    writesUnderWay: counts?.started ?? 0,
  };
}
