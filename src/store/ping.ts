import { ask, type Database } from './database.ts';

/** Resolves if Postgres answers and is a primary that may be written to; throws else. */
export async function pingDatabase({ sql }: Database): Promise<void> {
  const [row] = await ask(sql<{ standby: boolean; role: string }[]>`select pg_is_in_recovery() as standby`);
  if (row?.standby !== false) throw new Error('Postgres is a standby: nothing is decided from a replica');
}
