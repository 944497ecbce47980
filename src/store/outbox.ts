import type { SwitchedBy } from '../domain/switches.ts';
import type { OutboxRow } from './changes.ts';
import { ask, type Database } from './database.ts';

export interface OutboxClaim {
  readonly topic: string;
  readonly ref: string;
  readonly generation: number;
  readonly attempts: number;
}

/**
 * Takes done rows out, and claims due ones under a lease, in one commit. A row that was asked for again since it was claimed stays and is
 * due again; `unfinished` are being asked for at this very moment and have to be given once more.
 */
export async function claimOutbox(
  { sql }: Database,
  done: readonly OutboxClaim[],
  topics: readonly string[],
  leaseMs: number,
  limit: number,
): Promise<{ readonly claims: OutboxClaim[]; readonly unfinished: OutboxClaim[] }> {
  const finished = done.map(({ topic, ref, generation }) => ({ topic, ref, generation }));
  const rows = await ask(sql<(OutboxClaim & { claimed: boolean })[]>`
    select topic, ref, generation, attempts, claimed from claim_outbox(
      ${sql.json(finished)}, ${[...topics]}, ${leaseMs}, ${limit})`);
  const those = (claimed: boolean) =>
    rows.flatMap(({ claimed: is, ...claim }) => (is === claimed ? [claim] : []));
  return { claims: those(true), unfinished: those(false) };
}

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

/** Whether what nobody would look at otherwise was given up of a proposal: its page, the look at its system, or its undoing. */
export async function hasGivenUp({ sql }: Database, proposalId: string): Promise<boolean> {
  const [row] = await ask(sql<{ given_up: boolean }[]>`
    select exists (select 1 from outbox where topic in ('page', 'assess') and ref = ${proposalId} and parked_at is not null)
      or exists (select 1 from rollback_item i join outbox o on o.topic = 'undo' and o.ref = i.rollback::text
        where i.proposal_id = ${proposalId}::uuid and o.parked_at is not null) as given_up`);
  return row?.given_up ?? false;
}
