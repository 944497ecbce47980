import { withAdmin } from '../frame/cluster.ts';
import { type Cost, costOf, lifeCounters } from '../frame/counters.ts';
import { rssMibOf } from '../frame/processes.ts';
import type { Contender } from '../peers/contender.ts';
import { startLedger } from '../world/ledger.ts';
import { createWorker } from './worker.ts';

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
        await worker.run(options.callers, { secs: Math.min(1, options.secs / 2) }); // The JIT and the plans.
        const idleMib = await rssMibOf(running.pids);
        const watch = watchMemory(running.pids);
        let measured: Awaited<ReturnType<typeof worker.run>> | undefined;
        const { postmaster } = stage;
        const cost = await costOf({ sql, contender: running.pids, postmaster }, async () => {
          measured = await worker.run(options.callers, { secs: options.secs });
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
