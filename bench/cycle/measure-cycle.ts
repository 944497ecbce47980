import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { withAdmin } from '../frame/cluster.ts';
import { type Cost, costOf, lifeCounters } from '../frame/counters.ts';
import { rssMibOf } from '../frame/processes.ts';
import { load } from '../load/load.ts';
import type { Contender, Running } from '../peers/contender.ts';
import { type Ledger, startLedger } from '../world/ledger.ts';

export interface Cycle extends Cost {
  readonly cycles: number;
  /** To the last one that is on record as written. */
  readonly perSecond: number;
  /** Of proposing and deciding, as the callers wait for it. */
  readonly p50: number;
  readonly p99: number;
  /** Writes beyond the first of a proposal. */
  readonly doubled: number;
  /** Decided, and not on record as written within the patience. */
  readonly unsettled: number;
  readonly transactionsEach: number;
  readonly syncsEach: number;
  readonly idleMib: number;
  readonly peakMib: number;
}

export interface Stage {
  readonly postmaster: number;
  freshDatabase(name: string): Promise<string>;
}

export interface CycleOptions {
  readonly callers: number;
  readonly secs: number;
  readonly profile?: string | undefined;
}

const PATIENCE_MS = 60_000;

/** One contender, started for it and stopped after it, in a database and with a ledger of its own. */
export async function measureCycle(
  stage: Stage,
  contender: Contender,
  options: CycleOptions,
): Promise<Cycle> {
  const databaseUrl = await stage.freshDatabase(contender.name);
  await contender.prepare(databaseUrl);
  const ledger = await startLedger();
  try {
    return await withAdmin(databaseUrl, async (sql) => {
      const before = await lifeCounters(sql);
      const running = await contender.start({
        databaseUrl,
        ledgerUrl: ledger.url,
        profile: options.profile,
      });
      const worker = createWorker(running, contender, ledger, sql);
      try {
        await worker.run(options.callers, Math.min(1, options.secs / 2)); // The JIT and the plans.
        const idleMib = await rssMibOf(running.pids);
        const watch = watchMemory(running.pids);
        let measured: Awaited<ReturnType<typeof worker.run>> | undefined;
        const { postmaster } = stage;
        const cost = await costOf({ sql, contender: running.pids, postmaster }, async () => {
          measured = await worker.run(options.callers, options.secs);
        });
        const peakMib = await watch.stop();
        await running.stop();
        const after = await lifeCounters(sql);
        if (!measured) throw new Error('nothing was measured');
        return {
          ...{ ...cost, ...measured, idleMib, peakMib, doubled: ledger.doubled },
          transactionsEach: (after.transactions - before.transactions) / worker.begun,
          syncsEach: (after.syncs - before.syncs) / worker.begun,
        };
      } catch (error) {
        await running.stop('SIGKILL');
        throw error;
      }
    });
  } finally {
    ledger.stop();
  }
}

function createWorker(running: Running, contender: Contender, ledger: Ledger, sql: Sql) {
  const recorded = async () => {
    const [row] = await sql.unsafe<{ n: number }[]>(contender.recorded);
    return row?.n ?? 0;
  };
  const worker = {
    begun: 0,
    async run(callers: number, secs: number) {
      const before = worker.begun;
      const start = performance.now();
      const { p50, p99 } = await load(running.urls, { callers, secs }, async (caller) => {
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

function watchMemory(pids: readonly number[]): { stop(): Promise<number> } {
  let peak = 0;
  const look = async () => {
    peak = Math.max(peak, await rssMibOf(pids));
  };
  const timer = setInterval(() => void look(), 500);
  return {
    async stop() {
      clearInterval(timer);
      await look();
      return peak;
    },
  };
}
