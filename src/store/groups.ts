import type { Groups } from '../domain/person.ts';
import { ask, type Database } from './database.ts';

/** Keeps who is in which group; who came and who went since the last time is an event, committed when it resolves. */
export async function noteGroups({ sql }: Database, groups: Groups): Promise<void> {
  const known = Object.entries(groups).flatMap(([handle, members]) =>
    members ? [[handle, [...members]] as const] : [],
  );
  if (known.length > 0) await ask(sql`select note_groups(${sql.json(Object.fromEntries(known))})`);
}
