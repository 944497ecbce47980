import { ask, type Database } from './database.ts';

/** One thing that an agent is to be told. */
export interface CallbackEvent {
  readonly seq: number;
  /** The `webhook-id` of every try. */
  readonly id: string;
  /** `proposal.pending`, `proposal.question_asked`, `proposal.reviewed` */
  readonly type: string;
  readonly at: Date;
}

/** What its agent has not been told yet, in the order in which it happened. */
export async function listCallbackEvents(
  { sql }: Database,
  proposalId: string,
  limit: number,
): Promise<CallbackEvent[]> {
  const rows = await ask(sql<{ seq: string; id: string; type: string; at: Date }[]>`
    select seq, id, type, at from callback_event where proposal_id = ${proposalId} order by seq limit ${limit}`);
  return rows.map((row) => ({ seq: Number(row.seq), id: row.id, type: row.type, at: row.at }));
}

/** It was told, or nobody is to be told any more. */
export async function dropCallbackEvent({ sql }: Database, seq: number): Promise<void> {
  await ask(sql`select drop_callback(${seq})`);
}
