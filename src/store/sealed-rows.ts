import type { Database } from './database.ts';

/** A row as it is hashed; `xid` is exact in epochs 0 to 500. */
export interface SealableRow {
  readonly xid: number;
  readonly bytes: Buffer;
}

/**
 * The rows of a window of transaction ids, in the order of their leaves. The bytes are made by Postgres's own function, not by one
 * of ours that whoever changes history could change with it.
 */
export async function listSealableRows(
  { sql }: Database,
  from: string,
  upto: string,
): Promise<SealableRow[]> {
  const rows = await sql<{ xid: string; bytes: Buffer }[]>`
    select xid, record_send(row(stream, seq, at, xid, type, actor, agent, system, account, number, data::text)) as bytes
    from audit_event where xid >= ${from}::bigint and xid < ${upto}::bigint
    order by xid, stream collate "C", seq, at`;
  return rows.map((row) => ({ xid: Number(row.xid), bytes: row.bytes }));
}

export interface Unsealed {
  readonly rows: number;
  readonly oldestAt: Date | null;
}

/** What is not sealed yet, and so not proved. */
export async function readUnsealed({ sql }: Database): Promise<Unsealed> {
  const [row] = await sql<{ rows: string; oldest: Date | null }[]>`
    select count(*) as rows, min(at) as oldest from audit_event
    where xid >= coalesce((select upto_xid from seal order by id desc limit 1), '-9223372036854775808'::bigint)`;
  return { rows: Number(row?.rows ?? 0), oldestAt: row?.oldest ?? null };
}

export interface RowFilter {
  readonly account?: string;
  readonly from?: Date;
  readonly until?: Date;
  /** One month's table. */
  readonly partition?: string;
}

/** Rows with the seal of each (null: not sealed yet), in the order of their leaves, some thousand at a time. */
export async function* readPlacedRows(
  { sql }: Database,
  filter: RowFilter,
): AsyncGenerator<readonly { seal: number | null; bytes: Buffer }[]> {
  const rows = sql<{ seal: string | null; bytes: Buffer }[]>`
    select (select id from seal s where s.upto_xid > a.xid order by s.upto_xid limit 1) as seal,
      record_send(row(stream, seq, at, xid, type, actor, agent, system, account, number, data::text)) as bytes
    from ${filter.partition ? sql(filter.partition) : sql`audit_event`} a
    where true
      ${filter.account ? sql`and account = ${filter.account}` : sql``}
      ${filter.from ? sql`and at >= ${filter.from}` : sql``}
      ${filter.until ? sql`and at < ${filter.until}` : sql``}
    order by xid, stream collate "C", seq, at`.cursor(5_000);
  for await (const batch of rows)
    yield batch.map((row) => ({ seal: row.seal === null ? null : Number(row.seal), bytes: row.bytes }));
}
