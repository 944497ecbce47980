import { ask, type Database } from './database.ts';

export interface Sealed {
  readonly added: number;
  readonly size: number;
  /** Another window is waiting. */
  readonly more: boolean;
}

/** Seals what is settled, some thousand transactions at most. Undefined: nothing is, or another process is at it. */
export async function sealAudit({ sql }: Database, transactions: number): Promise<Sealed | undefined> {
  const [row] = await ask(sql<{ added: number; size: string; more: boolean }[]>`
    select added, size, more from seal_audit(${transactions})`);
  return row && { added: row.added, size: Number(row.size), more: row.more };
}

export async function readLogOrigin({ sql }: Database): Promise<string> {
  const [row] = await ask(sql<{ origin: string }[]>`select origin from audit_log`);
  if (!row) throw new Error('the audit has no name: the database is not migrated');
  return row.origin;
}

export interface Head {
  readonly size: number;
  readonly root: Buffer;
  /** The size that this key signed last, 0 for none, and how long ago. */
  readonly signedSize: number;
  readonly signedAgoMs: number;
}

/** The newest seal; undefined: nothing was ever sealed. */
export async function findHead({ sql }: Database, keyId: string): Promise<Head | undefined> {
  const [row] = await ask(sql<{ size: string; root: Buffer; signed: string | null; ago: number | null }[]>`
    select s.size, s.root, c.size as signed, extract(epoch from clock_timestamp() - c.at)::float8 * 1000 as ago
    from (select size, root from seal order by id desc limit 1) s
    left join (select size, at from checkpoint where key = ${keyId} order by size desc limit 1) c on true`);
  if (!row) return undefined;
  return {
    size: Number(row.size),
    root: row.root,
    signedSize: Number(row.signed ?? 0),
    signedAgoMs: row.ago ?? Number.POSITIVE_INFINITY,
  };
}

export interface SealRecord {
  readonly id: number;
  readonly at: Date;
  /** Transaction ids: from, and up to but without. Epoch 0 to 500 fit a number exactly. */
  readonly fromXid: number;
  readonly uptoXid: number;
  readonly from: string;
  readonly upto: string;
  /** No transaction of this id or above had begun at `at`. */
  readonly seenXid: number;
  readonly size: number;
  readonly leaves: Buffer;
  readonly root: Buffer;
}

interface Row {
  id: string;
  at: Date;
  from_xid: string;
  upto_xid: string;
  seen_xid: string;
  size: string;
  leaves: Buffer;
  root: Buffer;
}

function toSeal(row: Row): SealRecord {
  return {
    id: Number(row.id),
    at: row.at,
    fromXid: Number(row.from_xid),
    uptoXid: Number(row.upto_xid),
    from: row.from_xid,
    upto: row.upto_xid,
    seenXid: Number(row.seen_xid),
    size: Number(row.size),
    leaves: row.leaves,
    root: row.root,
  };
}

/** At once when it holds so many leaves, so that memory stays bounded however long the log. */
const LEAVES_A_BATCH = 50_000;

/** All seals in order, in batches of some 50,000 leaves. */
export async function* readSeals({ sql }: Database): AsyncGenerator<readonly SealRecord[]> {
  let batch: SealRecord[] = [];
  let leaves = 0;
  const cursor = sql<Row[]>`
    select id, at, from_xid, upto_xid, seen_xid, size, leaves, root from seal order by id`.cursor(200);
  for await (const rows of cursor) {
    for (const row of rows) {
      const seal = toSeal(row);
      batch.push(seal);
      leaves += seal.leaves.length / 32;
      if (leaves < LEAVES_A_BATCH) continue;
      yield batch;
      batch = [];
      leaves = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

export async function listSealsById({ sql }: Database, ids: readonly number[]): Promise<SealRecord[]> {
  const rows = await sql<Row[]>`
    select id, at, from_xid, upto_xid, seen_xid, size, leaves, root from seal where id = any (${[...ids]}::bigint[]) order by id`;
  return rows.map(toSeal);
}
