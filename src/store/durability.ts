import type { Durability } from '../domain/durability.ts';
import { ask, type Database } from './database.ts';

/** What Postgres promises today; an operator may change it without us. */
export async function readDurability({ sql }: Database): Promise<Durability> {
  const [row] = await ask(sql<{ standby: boolean; disk: boolean }[]>`
    select current_setting('synchronous_standby_names') <> '' as standby,
      current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on' as disk`);
  if (!row?.disk) return 'none';
  return row.standby ? 'synchronous-standby' : 'single-node';
}
