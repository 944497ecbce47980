import { randomBytes } from 'node:crypto';
import type { SigningKey } from '../domain/signing-key.ts';
import { ask, type Database } from './database.ts';

/** Keeps a signed head. False: another process has kept the same. */
export async function recordCheckpoint(
  { sql }: Database,
  checkpoint: { size: number; note: string; key: SigningKey },
): Promise<boolean> {
  const { size, note, key } = checkpoint;
  const [row] = await ask(sql<{ fresh: boolean }[]>`
    select record_checkpoint(${size}, ${note}, ${key.id}, ${key.raw}, ${key.inDatabase}) as fresh`);
  return row?.fresh === true;
}

/** The seed of the database's own key, made when it is first asked for. For who has no better key. */
export async function keepSigningKey({ sql }: Database): Promise<string> {
  const seed = randomBytes(32).toString('base64');
  const [row] = await ask(sql<{ seed: string }[]>`select keep_signing_key(${seed}) as seed`);
  if (!row) throw new Error('Postgres kept no signing key');
  return row.seed;
}

export interface KeptCheckpoint {
  readonly size: number;
  readonly at: Date;
  readonly note: string;
  /** Its key lies beside what it signs, so it proves nothing against who owns the database. */
  readonly inDatabase: boolean;
}

interface Row {
  size: string;
  at: Date;
  note: string;
  in_database: boolean;
}

function toCheckpoint(row: Row): KeptCheckpoint {
  return { size: Number(row.size), at: row.at, note: row.note, inDatabase: row.in_database };
}

/** The newest; for the checklist (is its key outside the database?) and the daily post. */
export async function findLatestCheckpoint({ sql }: Database): Promise<KeptCheckpoint | undefined> {
  const [row] = await ask(sql<Row[]>`
    select c.size, c.at, c.note, k.in_database from checkpoint c join verifying_key k on k.id = c.key
    order by c.size desc, c.at desc limit 1`);
  return row && toCheckpoint(row);
}

export async function findCheckpoint({ sql }: Database, size: number): Promise<KeptCheckpoint | undefined> {
  const [row] = await ask(sql<Row[]>`
    select c.size, c.at, c.note, k.in_database from checkpoint c join verifying_key k on k.id = c.key
    where c.size = ${size} order by c.at desc limit 1`);
  return row && toCheckpoint(row);
}

/** All of them, by size. */
export async function listCheckpoints({ sql }: Database): Promise<KeptCheckpoint[]> {
  const rows = await sql<Row[]>`
    select c.size, c.at, c.note, k.in_database from checkpoint c join verifying_key k on k.id = c.key order by c.size`;
  return rows.map(toCheckpoint);
}

export async function listVerifyingKeys({ sql }: Database): Promise<{ raw: Buffer; inDatabase: boolean }[]> {
  const rows = await ask(sql<{ public: Buffer; in_database: boolean }[]>`
    select public, in_database from verifying_key order by first_used_at`);
  return rows.map((row) => ({ raw: row.public, inDatabase: row.in_database }));
}
