import type { AuditEvent } from '../domain/audit.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { type KeptValue, withKept } from '../domain/personal-fields.ts';
import { ask, type Database } from './database.ts';

interface Row {
  stream: string;
  seq: number;
  at: Date;
  type: string;
  actor: string;
  agent: string | null;
  system: string | null;
  account: string | null;
  number: string | null;
  data: JsonObject;
}

function toEvent(row: Row): AuditEvent {
  return {
    stream: row.stream,
    seq: row.seq,
    at: row.at,
    type: row.type,
    actor: row.actor,
    agent: row.agent,
    system: row.system,
    account: row.account,
    number: row.number === null ? null : Number(row.number),
    data: row.data,
  };
}

/** So many are read for one answer; more are said to be left out. */
export const AUDIT_LIMIT = 2_000;

/** Of one subject: the newest are found by its own index, without a sort; of a person's several names, the newest of each are merged. */
export interface AuditFilter {
  readonly account?: string;
  readonly agent?: string;
  readonly system?: string;
  /** Any of them. */
  readonly actors?: readonly string[];
  readonly number?: number;
  /** Of one proposal's own events, by its id: not who looked at it. */
  readonly stream?: string;
  readonly from?: Date;
  readonly until?: Date;
}

/** Audit events, newest first, `limit` at most. */
export async function listAudit(
  database: Database,
  filter: AuditFilter,
  limit = AUDIT_LIMIT,
): Promise<AuditEvent[]> {
  const { sql } = database;
  const { account, agent, system, actors, number, stream, from, until } = filter;
  const columns = sql`stream, seq, at, type, actor, agent, system, account, number, data`;
  const newest = sql`
      ${account === undefined ? sql`` : sql`and account = ${account} and coalesce(agent, '') <> 'drill'`}
      ${agent === undefined ? sql`` : sql`and agent = ${agent}`}
      ${system === undefined ? sql`` : sql`and system = ${system}`}
      ${number === undefined ? sql`` : sql`and number = ${number}`}
      ${stream === undefined ? sql`` : sql`and stream = ${stream}`}
      ${from ? sql`and at >= ${from}` : sql``}
      ${until ? sql`and at < ${until}` : sql``}
    order by at desc, seq desc limit ${limit}`;
  const rows = await ask(
    actors === undefined
      ? sql<Row[]>`select ${columns} from audit_event where true ${newest}`
      : sql<Row[]>`
    select e.* from unnest(${[...actors]}::text[]) name, lateral (select ${columns} from audit_event
      where actor = name and actor <> 'countersign' and actor not like 'agent:%' ${newest}) e
    order by at desc, seq desc limit ${limit}`,
  );
  return fill(database, rows.map(toEvent));
}

/** Whether an agent or a system of this name is on record. */
export async function findNamesOnRecord(
  { sql }: Database,
  name: string,
): Promise<{ readonly agent: boolean; readonly system: boolean }> {
  const [row] = await ask(sql<{ agent: boolean; system: boolean }[]>`
    select exists (select 1 from audit_event where agent = ${name}) as agent,
      exists (select 1 from audit_event where system = ${name}) as system`);
  return row ?? { agent: false, system: false };
}

/** What these proposals were when they were proposed: with their impact. */
export async function listReceived({ sql }: Database, numbers: readonly number[]): Promise<AuditEvent[]> {
  if (numbers.length === 0) return [];
  const rows = await ask(sql<Row[]>`
    select stream, seq, at, type, actor, agent, system, account, number, data from audit_event
    where number = any (${[...numbers]}::bigint[]) and type = 'proposal.received'`);
  return rows.map(toEvent);
}

export async function findEvent(
  database: Database,
  stream: string,
  seq: number,
): Promise<AuditEvent | undefined> {
  const { sql } = database;
  const [row] = await ask(sql<Row[]>`
    select stream, seq, at, type, actor, agent, system, account, number, data from audit_event
    where stream = ${stream} and seq = ${seq}`);
  if (!row) return undefined;
  const [event] = await fill(database, [toEvent(row)]);
  return event;
}

interface StoredValue extends KeptValue {
  /** The text that was committed to. */
  readonly json: string;
}

interface ValueRow {
  stream: string;
  seq: number;
  path: string;
  salt: Buffer;
  value: string;
}

/** The values that are kept apart from these events: those that were not erased. */
export async function listAuditValues(
  { sql }: Database,
  events: readonly { readonly stream: string; readonly seq: number }[],
): Promise<Map<string, StoredValue[]>> {
  const streams = [...new Set(events.map(({ stream }) => stream))];
  const rows =
    streams.length === 0
      ? []
      : await ask(sql<ValueRow[]>`
    select stream, seq, path, salt, value from audit_value where stream = any (${streams}) order by stream, seq, path`);
  const values = rows.map(({ stream, seq, path, salt, value }) => {
    const one = { path, salt: salt.toString('base64'), json: value, value: JSON.parse(value) as Json };
    return { key: `${stream} ${seq}`, one };
  });
  const byKey = Map.groupBy(values, ({ key }) => key);
  return new Map([...byKey].map(([key, some]) => [key, some.map(({ one }) => one)]));
}

async function fill(database: Database, events: readonly AuditEvent[]): Promise<AuditEvent[]> {
  const personal = events.filter(({ data }) => 'erasable' in data);
  if (personal.length === 0) return [...events];
  const values = await listAuditValues(database, personal);
  return events.map((event) => ({
    ...event,
    data: withKept(event.data, values.get(`${event.stream} ${event.seq}`) ?? []),
  }));
}

export interface StandaloneEvent {
  readonly type: string;
  readonly actor: string;
  readonly data: JsonObject;
  readonly agent?: string;
  readonly system?: string;
  readonly account?: string;
  readonly number?: number;
}

/** Records what belongs to no proposal's transition: who looked, for instance. Committed when it returns. */
export async function recordEvent({ sql }: Database, stream: string, event: StandaloneEvent): Promise<void> {
  await ask(sql`select record_events(${stream}, ${sql.json([{ ...event }])})`);
}

/** The same of what everybody is told in `alerts`. */
export async function recordAnnounced(
  { sql }: Database,
  stream: 'checklist',
  event: StandaloneEvent,
): Promise<void> {
  await ask(sql`select record_announced(${stream}, ${sql.json({ ...event })})`);
}
