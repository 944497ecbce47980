import type { Context } from '../context.ts';
import { signCheckpoint } from '../domain/checkpoint.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import { recordCheckpoint } from '../store/checkpoints.ts';
import { findHead, sealAudit } from '../store/seals.ts';

type Sealing = Pick<Context, 'database' | 'log'>;

/** So many transactions are sealed by one statement at most: some seconds of full load, and far below its timeout. */
const TRANSACTIONS = 4_096;
const ROWS_UNSIGNED = 1_000;
const UNSIGNED_MS = 30_000;

/** In the directory of AUDIT_CHECKPOINTS. */
export const CHECKPOINT_FILE = 'checkpoints.txt';

/** Takes a head out of the database's reach. */
export type ExportCheckpoint = (note: string) => Promise<void>;

/** Seals one window and signs the head if it is time. Returns how many windows are waiting still: 0 or 1. */
export async function sealDue(
  context: Sealing,
  key: SigningKey,
  exportTo: ExportCheckpoint,
): Promise<number> {
  const sealed = await sealAudit(context.database, TRANSACTIONS);
  await signHead(context, key, exportTo, { rows: ROWS_UNSIGNED, olderMs: UNSIGNED_MS });
  return sealed?.more ? 1 : 0;
}

/** Signs what is sealed, unless that is signed already or neither `rows` more nor `olderMs` since the last. */
export async function signHead(
  { database, log }: Sealing,
  key: SigningKey,
  exportTo: ExportCheckpoint,
  patience: { rows: number; olderMs: number } = { rows: 1, olderMs: 0 },
): Promise<void> {
  const head = await findHead(database, key.id);
  if (!head || head.size === head.signedSize) return;
  if (head.size - head.signedSize < patience.rows && head.signedAgoMs < patience.olderMs) return;
  const note = signCheckpoint({ origin: key.name, size: head.size, root: head.root }, key);
  if (!(await recordCheckpoint(database, { size: head.size, note, key }))) return;
  log.info({ size: head.size, root: head.root.toString('base64'), key: key.id, note }, 'audit.checkpoint');
  await exportTo(note);
}
