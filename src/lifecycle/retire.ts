import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../store/database.ts';
import { type Month, retireMonth } from '../store/retirements.ts';
import { type Exported, exportProved } from './export-audit.ts';

export interface RetiredMonth {
  readonly partition: string;
  readonly file: string;
  readonly rows: number;
}

/** What stands against it; nothing was taken out. */
export class NotRetirable extends Error {}

/**
 * Writes a month's rows to a file, each with its proof, and then takes them out of the database, as its owner. Their leaves stay,
 * so that everything else can still be proved, and they themselves from the file. Personal values stay where they can be erased. Throws {@link NotRetirable}.
 */
export async function retire(
  database: Database,
  month: Month,
  archive: { directory: string; size: number; header: string },
): Promise<RetiredMonth> {
  const { partition } = month;
  const name = `${partition}.jsonl`;
  const file = join(archive.directory, name);
  const written = await writeArchive(database, partition, file, archive);
  if (written.unproved > 0) {
    const why =
      written.altered > 0
        ? 'not what was sealed: run countersign audit verify'
        : 'not proved by a signed head yet';
    throw new NotRetirable(`${written.unproved} rows of ${partition} are ${why}. Nothing was taken out.`);
  }
  await retireMonth(database, month, written.positions, `${name} sha256:${written.sha256}`);
  return { partition, file, rows: written.rows };
}

async function writeArchive(
  database: Database,
  partition: string,
  file: string,
  { size, header }: { size: number; header: string },
): Promise<Exported & { sha256: string }> {
  const handle = await open(file, 'wx');
  const digest = createHash('sha256');
  const write = async (line: string): Promise<void> => {
    digest.update(`${line}\n`);
    await handle.write(`${line}\n`);
  };
  try {
    await write(header);
    const exported = await exportProved(database, { partition }, size, write, false);
    await handle.sync();
    return { ...exported, sha256: digest.digest('hex') };
  } finally {
    await handle.close();
  }
}
