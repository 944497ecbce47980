import type { Context } from '../context.ts';
import { findLatestCheckpoint } from '../store/checkpoints.ts';
import { enqueue } from '../store/outbox.ts';

/** Asks for the newest signed head to be posted where people see it: a copy that nobody who owns the database can change. */
export async function announceCheckpoint({ database }: Pick<Context, 'database'>): Promise<void> {
  const latest = await findLatestCheckpoint(database);
  if (latest) await enqueue(database, [{ topic: 'announce', ref: `checkpoint:${latest.size}` }]);
}
