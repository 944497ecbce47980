import { ask, type Database } from './database.ts';

/** Makes the audit's partitions of this month and the next two, so that no event ever falls into the rest. */
export async function ensureAuditPartitions({ sql }: Database): Promise<void> {
  await ask(sql`select ensure_audit_partitions()`);
}
