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
