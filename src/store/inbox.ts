import type { JsonObject } from '../domain/json.ts';
import { ask, type Database } from './database.ts';

/** Keeps what a system tells agents, committed when it returns. False: another event of the same id is kept already. */
export async function keepInbox(
  { sql }: Database,
  system: string,
  id: string,
  event: JsonObject,
): Promise<boolean> {
  const [row] = await ask(
    sql<{ kept: boolean }[]>`select keep_inbox(${system}, ${id}, ${sql.json(event)}) as kept`,
  );
  return row?.kept ?? false;
}

export interface InboxEvent {
  /** Its place; what comes later has a higher one. */
  readonly seq: number;
  readonly event: JsonObject;
}

/** What a system has said after that place, the oldest first. */
export async function listInbox(
  { sql }: Database,
  system: string,
  after: number,
  limit: number,
): Promise<InboxEvent[]> {
  const rows = await ask(sql<{ seq: string; event: JsonObject }[]>`
    select seq, event from inbox where system = ${system} and seq > ${after} order by seq limit ${limit}`);
  return rows.map(({ seq, event }) => ({ seq: Number(seq), event }));
}
