import { withAdmin } from '../frame/cluster.ts';
import { type Cost, costOf, lifeCounters } from '../frame/counters.ts';
import { load } from '../load/load.ts';
import type { Contender } from '../peers/contender.ts';

export interface Intake extends Cost {
  readonly proposals: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Statements that the contender ran in its whole life, reading ones among them, and syncs of the log, by its proposals. */
  readonly transactionsEach: number;
  readonly syncsEach: number;
}

export interface Stage {
  readonly postmaster: number;
  freshDatabase(name: string): Promise<string>;
}

/** One contender, started for it and stopped after it, in a database of its own. */
export async function measureIntake(
  stage: Stage,
  contender: Contender,
  {
    callers,
    secs,
    profile,
  }: { readonly callers: number; readonly secs: number; readonly profile?: string | undefined },
): Promise<Intake> {
  const databaseUrl = await stage.freshDatabase(contender.name);
  await contender.prepare(databaseUrl);
  return withAdmin(databaseUrl, async (sql) => {
    const before = await lifeCounters(sql);
    const running = await contender.start({ databaseUrl, ledgerUrl: 'http://127.0.0.1:9', profile });
    let n = 0;
    const propose = (seconds: number) =>
      load(running.urls, { callers, secs: seconds }, async (caller) => {
        n += 1;
        await running.propose(caller, n);
      });
    try {
      await propose(Math.min(1, secs / 2)); // The JIT and the plans.
      let measured: Awaited<ReturnType<typeof load>> | undefined;
      const { postmaster } = stage;
      const cost = await costOf({ sql, contender: running.pids, postmaster }, async () => {
        measured = await propose(secs);
      });
      await running.stop();
      const after = await lifeCounters(sql);
      const { done = 0, perSecond = 0, p50 = Number.NaN, p99 = Number.NaN } = measured ?? {};
      return {
        ...{ ...cost, proposals: done, perSecond, p50, p99 },
        transactionsEach: (after.transactions - before.transactions) / n,
        syncsEach: (after.syncs - before.syncs) / n,
      };
    } catch (error) {
      await running.stop('SIGKILL');
      throw error;
    }
  });
}
