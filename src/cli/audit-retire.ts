import { mkdir } from 'node:fs/promises';
import { EXIT, Stop } from '../errors.ts';
import { NotRetirable, retire } from '../lifecycle/retire.ts';
import type { Database } from '../store/database.ts';
import { listMonthsBefore, type Month } from '../store/retirements.ts';
import { headerLine } from './audit-export.ts';
import { collectHeads } from './heads.ts';
import { onStore, type StoreSettings } from './open-store.ts';
import { say } from './printable.ts';

/** Archives and takes out every month before the given one, as the owner of the database, oldest first. */
export async function runRetire(
  settings: StoreSettings,
  options: { readonly before: string; readonly to: string },
): Promise<number> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(options.before))
    throw new Stop(EXIT.usage, `--before is a month as 2026-01, not ${options.before}`);
  const before = new Date(`${options.before}-01T00:00:00Z`);
  if (before > new Date())
    throw new Stop(EXIT.usage, `${options.before} is not over: its months are still written to`);
  await mkdir(options.to, { recursive: true });
  return onStore(settings, 'owner', async (database) => {
    const months = await listMonthsBefore(database, before);
    if (months.length === 0) say(`There is no month before ${options.before}.`);
    for (const month of months) await retireOne(database, settings, month, options.to);
    return EXIT.done;
  });
}

async function retireOne(
  database: Database,
  settings: StoreSettings,
  month: Month,
  directory: string,
): Promise<void> {
  const heads = await collectHeads(database, settings, {});
  const head = heads.good.toSorted((a, b) => a.size - b.size).at(-1);
  if (!head) throw new Stop(EXIT.no, 'No head was signed yet: nothing could be proved of what is taken out');
  const header = headerLine({ head, heads }, { whole: false, partition: month.partition });
  try {
    const { rows, file } = await retire(database, month, { directory, size: head.size, header });
    say(`${month.partition}: ${rows} rows are in ${file}, and no longer in the database. Their leaves stay.`);
  } catch (error) {
    if (error instanceof NotRetirable) throw new Stop(EXIT.no, error.message);
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new Stop(EXIT.no, `${directory} has a ${month.partition}.jsonl already: move it away first`);
    throw error;
  }
}
