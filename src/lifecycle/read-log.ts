import type { Database } from '../store/database.ts';
import { listSealableRows, type SealableRow } from '../store/sealed-rows.ts';
import { readSeals, type SealRecord } from '../store/seals.ts';

export interface SealedWindow {
  readonly seal: SealRecord;
  /** The rows that are in its window now, as bytes, in the order of leaves. */
  readonly rows: readonly Buffer[];
}

/** The log from its beginning, seal by seal; the next windows are fetched while these are worked on. */
export async function* readLog(database: Database): AsyncGenerator<SealedWindow> {
  for await (const { seals, rows } of readBatches(database)) {
    let next = 0;
    for (const seal of seals) {
      const first = next;
      while (next < rows.length && (rows[next]?.xid ?? 0) < seal.uptoXid) next += 1;
      yield { seal, rows: rows.slice(first, next).map(({ bytes }) => bytes) };
    }
  }
}

interface Batch {
  readonly seals: readonly SealRecord[];
  readonly rows: readonly SealableRow[];
}

async function* readBatches(database: Database): AsyncGenerator<Batch> {
  let ahead: Promise<Batch> | undefined;
  for await (const seals of readSeals(database)) {
    const fetched = fetchRows(database, seals);
    fetched.catch(() => {}); // Awaited below, one turn later.
    if (ahead) yield await ahead;
    ahead = fetched;
  }
  if (ahead) yield await ahead;
}

async function fetchRows(database: Database, seals: readonly SealRecord[]): Promise<Batch> {
  const from = seals[0]?.from ?? '0';
  const upto = seals.at(-1)?.upto ?? '0';
  return { seals, rows: await listSealableRows(database, from, upto) };
}
