import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { load } from '../load/load.ts';
import type { Contender, Running } from '../peers/contender.ts';
import type { Ledger } from '../world/ledger.ts';

/** When no more are begun: after so many seconds, or so many. */
type Enough =
  | { readonly secs: number; readonly cycles?: never }
  | { readonly secs?: never; readonly cycles: number };

const PATIENCE_MS = 60_000;

/** Begins cycles and waits until all of them are on record as written. */
export function createWorker(running: Running, contender: Contender, ledger: Ledger, sql: Sql) {
  const recorded = async () => {
    const [row] = await sql.unsafe<{ n: number }[]>(contender.recorded);
    return row?.n ?? 0;
  };
  const worker = {
    begun: 0,
    async run(callers: number, { secs, cycles: wanted = Number.POSITIVE_INFINITY }: Enough) {
      const before = worker.begun;
      const isEnough = () => worker.begun - before >= wanted;
      const start = performance.now();
      const { p50, p99 } = await load(running.urls, { callers, secs, isEnough }, async (caller) => {
        worker.begun += 1;
        await running.decide(caller, await running.propose(caller, worker.begun));
      });
      const unsettled = await settle(worker.begun, ledger, recorded);
      const cycles = worker.begun - before;
      return { cycles, p50, p99, unsettled, perSecond: cycles / ((performance.now() - start) / 1_000) };
    },
  };
  return worker;
}

/** Waits for all writes, then for all records of them. Returns how many are missing. */
async function settle(all: number, ledger: Ledger, recorded: () => Promise<number>): Promise<number> {
  const until = performance.now() + PATIENCE_MS;
  while (ledger.written < all && performance.now() < until) await pause(5);
  for (;;) {
    const done = await recorded();
    if (done >= all || performance.now() >= until) return all - done;
    await pause(20);
  }
}
