import { ask, type Database } from './database.ts';

/** The database's clock, the only one that counts. */
export async function readClock({ sql }: Database): Promise<Date> {
  const [row] = await ask(sql<{ now: Date }[]>`select clock_timestamp() as now`);
  if (!row) throw new Error('Postgres tells no time');
  return row.now;
}
