import type { Database } from './database.ts';

/** `outbox`, `execution`, or `proposal:<id>`: something has changed. Only a hint: what was sent while nobody listened is lost. */
export type Notice = string;

/** Wakes on every process. Re-subscribes by itself; `onConnect` is called each time, since something may have been missed. */
export async function listen(
  database: Database,
  handlers: { onNotice: (notice: Notice) => void; onConnect: () => void },
): Promise<() => Promise<void>> {
  let unlisten = async (): Promise<void> => {};
  await database.onEachPool(async (sql) => {
    ({ unlisten } = await sql.listen('countersign', handlers.onNotice, handlers.onConnect));
  });
  return () => unlisten();
}
