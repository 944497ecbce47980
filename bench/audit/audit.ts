import { openDatabase } from '../../src/store/database.ts';
import type { Benchmark } from '../frame/benchmark.ts';
import { type Cluster, startCluster, withAdmin } from '../frame/cluster.ts';
import type { Figure } from '../frame/report.ts';
import { COUNT_STATEMENTS } from '../frame/statements.ts';
import { productWith } from '../peers/product.ts';
import { type Asked, askAll } from './ask-product.ts';
import { loadWeeks } from './load-weeks.ts';
import { EVENTS_AN_ACCOUNT, type Looked, lookUp } from './look-up.ts';

/** A quarter of a small server's, as Postgres advises: its own 128 MB hold 100,000 events and not 1,000,000, which made 3.6 × of the growth. */
const MEMORY = { shared_buffers: '1GB' };
/** So that loading is not the most of it: nothing is measured meanwhile. */
const LOADING = { max_wal_size: '16GB', checkpoint_timeout: '1h' };

/** Nothing of what is loaded is sealed: ten million events in one commit would be one seal, which nobody has. */
const product = productWith({ processes: 1, sealing: false });

interface Measured extends Looked {
  readonly rows: number;
  readonly asked: readonly Asked[];
}

/** What `/agent audit 4471 …` asks the database, beside one look-up by a primary key; and the whole of its answer, as Slack gets it. */
export const audit: Benchmark = {
  name: 'audit',
  measures:
    'an account’s 100 events among 100,000 and 1,000,000 (--sizes 10000000 by hand), beside one look-up by key; and whole answers',
  async run({ quick, sizes }, note) {
    const cluster = await startCluster({ ...COUNT_STATEMENTS, ...MEMORY, ...LOADING });
    try {
      const all: Measured[] = [];
      for (const rows of sizes ?? (quick ? [10_000] : [100_000, 1_000_000]))
        all.push(await measureAmong(cluster, rows, { whole: !quick }, note));
      return figuresOf(all);
    } finally {
      await cluster.stop();
    }
  },
};

async function measureAmong(
  cluster: Cluster,
  rows: number,
  { whole }: { readonly whole: boolean },
  note: (line: string) => void,
): Promise<Measured> {
  const url = await cluster.freshDatabase(`audit_${rows}`);
  await product.prepare(url);
  const accounts = rows / EVENTS_AN_ACCOUNT;
  const database = openDatabase({ url, statementTimeoutMs: 0 });
  try {
    return await withAdmin(url, async (sql) => {
      note(`loading ${rows} events`);
      await loadWeeks(sql, rows, accounts);
      note('looking up');
      const looked = await lookUp(sql, database, { rows, accounts });
      const asked = whole ? await askAll(product, url, accounts, note) : [];
      return { rows, ...looked, asked };
    });
  } finally {
    await database.close();
  }
}

function figuresOf(all: readonly Measured[]): Figure[] {
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
  return [...all.flatMap((each) => [...lookedFigures(each), ...askedFigures(each)]), ...growth];
}

function lookedFigures({ rows, p50, p99, keyP50, keyP99, buffers, bad }: Measured): Figure[] {
  return [
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
  ];
}

/** Far enough below the bar at rest that a time may be a gate. */
function askedFigures({ rows, asked }: Measured): Figure[] {
  return asked.flatMap(({ what, isAccount, p50, p99 }): Figure[] => [
    { what: `${what}, among ${rows}: p50 of the whole answer`, value: p50, unit: 'ms' },
    {
      what: `${what}, among ${rows}: p99 of the whole answer`,
      value: p99,
      unit: 'ms',
      bar: isAccount ? { kind: 'gate', row: 5, atMost: 100 } : { kind: 'target', row: 5, atMost: 100 },
    },
  ]);
}
