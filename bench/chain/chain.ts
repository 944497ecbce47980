import { verifyAudit } from '../../src/lifecycle/verify-audit.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { sealAudit } from '../../src/store/seals.ts';
import type { Benchmark } from '../frame/benchmark.ts';
import { startCluster } from '../frame/cluster.ts';
import type { Figure } from '../frame/report.ts';
import { loadEvents } from './load-events.ts';
import { sealingCost } from './sealing-cost.ts';

const ROWS = 500_000;
const QUICK_ROWS = 20_000;
const TRANSACTIONS = 4_096;

async function sealAll(database: Database): Promise<number> {
  let rows = 0;
  for (let more = true; more; ) {
    const sealed = await sealAudit(database, TRANSACTIONS);
    rows += sealed?.added ?? 0;
    more = sealed?.more ?? false;
  }
  return rows;
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

/** What tamper evidence costs: sealing a row, verifying all of them, and what the intake loses by it, on one process and on two. */
export const chain: Benchmark = {
  name: 'chain',
  measures:
    'the audit’s seals: what a row costs, how fast all of it is verified, and the intake with and without, on one process and two',
  async run({ quick, sizes, rounds, secs }, note) {
    const cluster = await startCluster();
    try {
      const url = await cluster.freshDatabase('chain');
      await migrate({ url });
      const database = openDatabase({ url, statementTimeoutMs: 0 });
      const rows = sizes?.[0] ?? (quick ? QUICK_ROWS : ROWS);
      note(`loading ${rows} events`);
      await loadEvents(database, rows);
      note('sealing');
      const seal = await timed(() => sealAll(database));
      note('verifying');
      const verify = await timed(() => verifyAudit(database, []));
      await database.close();
      const figures: Figure[] = [
        {
          what: 'seal: time a row',
          value: (seal.ms * 1_000) / seal.result,
          unit: 'µs',
          bar: { kind: 'target', row: 7, atMost: 10, floor: 40 },
        },
        {
          what: 'verify: rows a second',
          value: verify.result.rows / (verify.ms / 1_000),
          unit: '',
          bar: { kind: 'target', row: 7, atLeast: 50_000, floor: 10_000 },
        },
        {
          what: 'verify: rows that it looked at, of those sealed',
          value: verify.result.rows / seal.result,
          unit: '',
          bar: { kind: 'gate', row: 7, atLeast: 1 },
        },
        {
          what: 'verify: findings in what nobody touched',
          value: verify.result.findings.length,
          unit: '',
          bar: { kind: 'gate', row: 7, atMost: 0 },
        },
      ];
      return quick ? figures : [...figures, ...(await sealingCost(cluster, { rounds, secs }, note))];
    } finally {
      await cluster.stop();
    }
  },
};
