import type { AuditEvent } from '../domain/audit.ts';
import type { JsonObject } from '../domain/json.ts';
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

export const AUDIT_LIMIT = 500;

export interface AuditFilter {
  readonly account?: string;
  readonly number?: number;
  readonly from?: Date;
  readonly until?: Date;
}

/** Audit events, newest first, 500 at most. */
export async function listAudit({ sql }: Database, filter: AuditFilter): Promise<AuditEvent[]> {
  const rows = await ask(sql<Row[]>`
    select stream, seq, at, type, actor, agent, system, account, number, data from audit_event
    where true
      ${filter.account ? sql`and account = ${filter.account}` : sql``}
      ${filter.number ? sql`and number = ${filter.number}` : sql``}
      ${filter.from ? sql`and at >= ${filter.from}` : sql``}
      ${filter.until ? sql`and at < ${filter.until}` : sql``}
    order by at desc, seq desc limit ${AUDIT_LIMIT}`);
  return rows.map(toEvent);
}

export async function findEvent(
  { sql }: Database,
  stream: string,
  seq: number,
): Promise<AuditEvent | undefined> {
  const [row] = await ask(sql<Row[]>`
    select stream, seq, at, type, actor, agent, system, account, number, data from audit_event
    where stream = ${stream} and seq = ${seq}`);
  return row && toEvent(row);
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
