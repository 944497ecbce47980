import { ask, type Database } from './database.ts';

export type Erasure =
  | { readonly outcome: 'erased'; readonly proposals: number; readonly values: number }
  /** Nothing was erased: these are still under way, or could still be rolled back and nobody has said to give that up. */
  | { readonly outcome: 'open' | 'undoable'; readonly numbers: readonly number[] };

/** Erases what is personal in all that was proposed for an account, as the owner. Committed, with its events, when it returns `erased`. */
export async function eraseAccount(
  { sql }: Database,
  account: string,
  because: string,
  giveUpUndo: boolean,
): Promise<Erasure> {
  const [row] = await ask(
    sql<{ done: Erasure }[]>`select erase_account(${account}, ${because}, ${giveUpUndo}) as done`,
  );
  if (!row) throw new Error('erase_account said nothing');
  return row.done;
}
