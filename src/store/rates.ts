import { ask, type Database } from './database.ts';

/** Takes from a bucket that all processes share. Zero: taken; else the milliseconds until there will be enough. */
export async function takeTokens(
  { sql }: Database,
  name: string,
  limit: number,
  perMs: number,
  want = 1,
): Promise<number> {
  const [row] = await ask(
    sql<{ wait: number }[]>`select take_tokens(${name}, ${limit}, ${perMs}, ${want}) as wait`,
  );
  return row?.wait ?? perMs;
}

/** Something of which all processes together may do one each `everyMs`. */
export interface Turn {
  readonly name: string;
  readonly everyMs: number;
}

/**
 * Takes all of these turns or none. Zero: taken; else the milliseconds until they may be asked for again. Who waits with a lower `rank`
 * goes first.
 */
export async function takeTurns({ sql }: Database, turns: readonly Turn[], rank: number): Promise<number> {
  const names = turns.map(({ name }) => name);
  const everyMs = turns.map((turn) => turn.everyMs);
  const [row] = await ask(sql<{ wait: number }[]>`select take_turns(${names}, ${everyMs}, ${rank}) as wait`);
  return row?.wait ?? Math.max(...everyMs);
}

/** Nobody gets that turn before so long. */
export async function restTurn({ sql }: Database, { name, everyMs }: Turn, ms: number): Promise<void> {
  await ask(sql`select rest_turn(${name}, ${Math.ceil(ms)}, ${everyMs})`);
}
