import type { SwitchedBy } from '../domain/switches.ts';
import { ask, type Database } from './database.ts';

/** False: the agent had not lost it. */
export async function giveTrustBack({ sql }: Database, agent: string, by: SwitchedBy): Promise<boolean> {
  const [row] = await ask(
    sql<{ done: boolean }[]>`select restore_trust(${agent}, ${sql.json({ ...by })}) as done`,
  );
  return row?.done ?? false;
}
