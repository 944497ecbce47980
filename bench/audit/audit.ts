import type { Sql } from 'postgres';
import { findEvent, listAudit } from '../../src/store/audit.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import type { Benchmark } from '../frame/benchmark.ts';
import { type Cluster, startCluster, withAdmin } from '../frame/cluster.ts';
import type { Figure } from '../frame/report.ts';
import { COUNT_STATEMENTS, forgetStatements, quantile, statementLike, times } from '../frame/statements.ts';

const EVENTS_AN_ACCOUNT = 100;
const LOOKS = 400;
/** A quarter of a small server's, as Postgres advises: its own 128 MB hold 100,000 events and not 1,000,000, which made 3.6 × of the growth. */
const MEMORY = { shared_buffers: '1GB' };

interface Looked {
  readonly rows: number;
  readonly p50: number;
  readonly p99: number;
  /** Of one row by its primary key, taken by turns with the other. */
  readonly keyP50: number;
  readonly keyP99: number;
  readonly buffers: number;
  /** Steps of the plan that read or order more than what is asked for. */
  readonly bad: number;
}

/** What `/agent audit 4471 past week` asks the database, beside one look-up by a primary key. */
export const audit: Benchmark = {
  name: 'audit',
  measures:
    'an account’s 100 events among 100,000 and 1,000,000 (--sizes 10000000 by hand), beside one look-up by key',
  async run({ quick, sizes }, note) {
    const cluster = await startCluster({ ...COUNT_STATEMENTS, ...MEMORY });
    try {
      const all: Looked[] = [];
      for (const rows of sizes ?? (quick ? [10_000] : [100_000, 1_000_000])) {
        note(`${rows} events`);
        all.push(await lookAmong(cluster, rows));
      }
      return figuresOf(all);
    } finally {
      await cluster.stop();
    }
  },
};

async function lookAmong(cluster: Cluster, rows: number): Promise<Looked> {
  const url = await cluster.freshDatabase(`audit_${rows}`);
  await migrate({ url });
  const database = openDatabase({ url, statementTimeoutMs: 0 });
  const accounts = rows / EVENTS_AN_ACCOUNT;
  try {
    return await withAdmin(url, async (sql) => {
      await loadWeek(sql, rows, accounts);
      const until = new Date();
      const from = new Date(until.getTime() - 7 * 86_400_000);
      const ask = (n: number) =>
        listAudit(database, { account: String((n * 7_919) % accounts), from, until });
      const found = await ask(1);
      if (found.length !== EVENTS_AN_ACCOUNT) throw new Error(`${found.length} events of an account`);
      await forgetStatements(sql);
      const [all, keys] = await byTurns(database, ask, rows);
      const statement = await statementLike(sql, '%from audit_event%order by at desc%');
      return {
        ...{ rows, p50: quantile(all, 0.5), p99: quantile(all, 0.99), buffers: statement.buffers },
        ...{
          keyP50: quantile(keys, 0.5),
          keyP99: quantile(keys, 0.99),
          bad: await badSteps(sql, statement.text, { account: '1', from, until }),
        },
      };
    });
  } finally {
    await database.close();
  }
}

async function byTurns(
  database: Database,
  ask: (n: number) => Promise<unknown>,
  rows: number,
): Promise<readonly [number[], number[]]> {
  const all: number[] = [];
  const keys: number[] = [];
  for (let n = 0; n < LOOKS; n += 1) {
    all.push(...(await times(1, () => ask(n))));
    keys.push(...(await times(1, () => findEvent(database, `bench/${(n * 7_919) % rows}`, 1))));
  }
  return [all, keys];
}

/** So many events over the past week, in the order of their times; an account's lie as far apart as they can. */
async function loadWeek(sql: Sql, rows: number, accounts: number): Promise<void> {
  await sql`
    insert into audit_event (stream, seq, at, type, actor, agent, system, account, number, data)
    select 'bench/' || n, 1, clock_timestamp() - interval '7 days' + (n + 1) * (interval '7 days' / ${rows + 2}::int), 'decision.recorded',
      'person:0199aaaa-bbbb-7ccc-8ddd-000000000001', 'refund-agent', 'billing', (n % ${accounts}::int)::text, 1000 + n,
      jsonb_build_object('stage', 'approve', 'kind', 'approve', 'by', jsonb_build_object('id', 'U0LEA', 'name', 'Lea'),
        'reason', 'Charged twice, as the ticket says', 'digest', 'sha256:' || repeat('ab', 32))
    from generate_series(0, ${rows - 1}::int) n`;
  await sql`vacuum analyze audit_event`;
}

interface Step {
  readonly 'Node Type': string;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Step[];
}

/**
 * Steps of the plan that read a table whole, or put more in order than is asked for: where the planner takes random pages for dear, it
 * collects the account's pages first and sorts the 100 rows that it found, which is no more to read.
 */
async function badSteps(
  sql: Sql,
  text: string,
  of: { account: string; from: Date; until: Date },
): Promise<number> {
  await sql.unsafe(`prepare looked (text, timestamptz, timestamptz, bigint) as ${text}`);
  const from = of.from.toISOString();
  const until = of.until.toISOString();
  const [row] = await sql.unsafe<{ 'QUERY PLAN': readonly { Plan: Step }[] }[]>(
    `explain (analyze, format json) execute looked ('${of.account}', '${from}', '${until}', 500)`,
  );
  const walk = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(walk)];
  return (row?.['QUERY PLAN'] ?? [])
    .flatMap(({ Plan }) => walk(Plan))
    .filter((step) => /Seq Scan|Sort/.test(step['Node Type']))
    .filter((step) => {
      const rows = (step['Actual Rows'] ?? 0) + (step['Rows Removed by Filter'] ?? 0);
      return rows > (step['Node Type'] === 'Seq Scan' ? 0 : EVENTS_AN_ACCOUNT);
    }).length;
}

function figuresOf(all: readonly Looked[]): Figure[] {
  const [small] = all;
  const large = all.at(-1);
  const growth: Figure[] =
    small && large && small !== large
      ? [
          {
            what: `p50 among ${large.rows} to ${small.rows}`,
            value: large.p50 / small.p50,
            unit: '×',
            bar: { kind: 'target', row: 5, atMost: 1.3 },
          },
        ]
      : [];
  return [
    ...all.flatMap(({ rows, p50, p99, keyP50, keyP99, buffers, bad }): Figure[] => [
      { what: `100 events among ${rows}: p50`, value: p50, unit: 'ms' },
      { what: `100 events among ${rows}: p99`, value: p99, unit: 'ms' },
      {
        what: `among ${rows}: p50 to a look-up by key`,
        value: p50 / keyP50,
        unit: '×',
        bar: { kind: 'target', row: 5, atMost: 3.5 },
      },
      {
        what: `among ${rows}: p99 to a look-up by key`,
        value: p99 / keyP99,
        unit: '×',
        bar: { kind: 'target', row: 5, atMost: 2 },
      },
      { what: `among ${rows}: pages`, value: buffers, unit: '', bar: { kind: 'gate', row: 5, atMost: 130 } },
      {
        what: `among ${rows}: whole scans, and sorts beyond the answer`,
        value: bad,
        unit: '',
        bar: { kind: 'gate', row: 5, atMost: 0 },
      },
    ]),
    ...growth,
  ];
}
