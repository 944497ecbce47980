import type postgres from 'postgres';
import { cpuMsOf } from './processes.ts';

/** What a stretch of work took. Ratios of these hardly move with the machine's other work. */
export interface Cost {
  /** Transactions that wrote something. */
  readonly commits: number;
  readonly walBytes: number;
  readonly cpuMsNode: number;
  readonly cpuMsPostgres: number;
  readonly ms: number;
}

/** Measures `work` in the database of `sql` (a superuser's): the contender's own processes and Postgres's. */
export async function costOf(
  of: { readonly sql: postgres.Sql; readonly contender: readonly number[]; readonly postmaster: number },
  work: () => Promise<void>,
): Promise<Cost> {
  const before = await countersOf(of);
  await work();
  const after = await countersOf(of);
  return {
    // The reading itself takes none, but autovacuum's are among them.
    commits: after.xids - before.xids,
    walBytes: after.wal - before.wal,
    cpuMsNode: after.node - before.node,
    cpuMsPostgres: after.postgres - before.postgres,
    ms: after.at - before.at,
  };
}

async function countersOf({ sql, contender, postmaster }: Parameters<typeof costOf>[0]) {
  const [row] = await sql<{ xids: string; wal: string }[]>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as xids, (pg_current_wal_lsn() - '0/0')::text as wal`;
  const [node, postgres] = await Promise.all([cpuMsOf(contender), cpuMsOf([postmaster])]);
  return { xids: Number(row?.xids), wal: Number(row?.wal), node, postgres, at: performance.now() };
}

/**
 * Transactions of a database, reading ones among them, and syncs of the log. A backend reports them when it ends at the latest: ask
 * before a contender starts and after it has stopped.
 */
export async function lifeCounters(sql: postgres.Sql): Promise<{ transactions: number; syncs: number }> {
  const [row] = await sql<{ transactions: string; syncs: string }[]>`
    select (select xact_commit from pg_stat_database where datname = current_database())::text as transactions,
      (select sum(fsyncs) from pg_stat_io where object = 'wal')::text as syncs`;
  return { transactions: Number(row?.transactions), syncs: Number(row?.syncs) };
}
