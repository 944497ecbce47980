import { ask, type Database } from './database.ts';

interface Name {
  readonly principal: string;
  readonly id: string;
  readonly name: string;
}

/** False: it was given to them before. Its event and the card's update are committed with it. */
export async function handOverTo(
  { sql }: Database,
  proposalId: string,
  to: Name,
  by: Name,
): Promise<boolean> {
  const [row] = await ask(sql<{ done: boolean }[]>`
    select hand_over(${proposalId}, ${sql.json({ ...to })}, ${sql.json({ ...by })}) as done`);
  return row?.done ?? false;
}
