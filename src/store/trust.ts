import type { SwitchedBy } from '../domain/switches.ts';
import { ask, type Database } from './database.ts';

/** False: the agent had not lost it. */
export async function giveTrustBack({ sql }: Database, agent: string, by: SwitchedBy): Promise<boolean> {
  const [row] = await ask(
    sql<{ done: boolean }[]>`select restore_trust(${agent}, ${sql.json({ ...by })}) as done`,
  );
  return row?.done ?? false;
}

export interface Distrusted {
  readonly agent: string;
  readonly because: string;
  readonly since: Date;
}

/** Agents that decide nothing alone at present. */
export async function listDistrusted({ sql }: Database): Promise<Distrusted[]> {
  return [...(await ask(sql<Distrusted[]>`select agent, because, since from distrust order by since`))];
}
