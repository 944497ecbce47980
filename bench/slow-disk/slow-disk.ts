import { measureCycle } from '../cycle/measure-cycle.ts';
import type { Amount, Benchmark } from '../frame/benchmark.ts';
import { type Cluster, startCluster, withAdmin } from '../frame/cluster.ts';
import { type Figure, spreadOf } from '../frame/report.ts';
import { times } from '../frame/statements.ts';
import { byTurns } from '../frame/turns.ts';
import { measureIntake } from '../intake/measure-intake.ts';
import { ideal } from '../peers/ideal.ts';
import { product } from '../peers/product.ts';
import { compileShim } from './compile-shim.ts';
import { figuresOf, type Turn } from './figures.ts';

const CALLERS = 64;
/** Of a network disk of a cloud, beyond what this machine's own takes. */
const DELAY_US = 1_500;
const COMMITS = 100;
const CONTENDERS = { ideal, product };
const DISKS = ['fast', 'slow'] as const;

type Disk = (typeof DISKS)[number];
type Clusters = Readonly<Record<Disk, Cluster>>;

/** The same two loads on two Postgres at once that differ in how long a sync takes. */
export const slowDisk: Benchmark = {
  name: 'slow-disk',
  measures: 'intake and cycle where each sync takes 1.5 ms longer, beside the same on the disk as it is',
  usual: { rounds: 3 },
  async run(amount, note) {
    const shim = await compileShim(DELAY_US);
    const started: Cluster[] = [];
    try {
      const start = async (environment = {}) => {
        const cluster = await startCluster({}, environment);
        started.push(cluster);
        return cluster;
      };
      const clusters = { fast: await start(), slow: await start(shim.environment) };
      const commit = await requireSlower(clusters);
      return [...commit, ...(await measure(clusters, amount, note))];
    } finally {
      await Promise.all(started.map((cluster) => cluster.stop()));
      await shim.forget();
    }
  },
};

/** A shim that nobody loaded would make any product look good. */
async function requireSlower(clusters: Clusters): Promise<Figure[]> {
  const took = { fast: await commits(clusters.fast), slow: await commits(clusters.slow) };
  const slowerMs = took.slow.median - took.fast.median;
  if (!(slowerMs >= (DELAY_US / 1_000) * 0.8))
    throw new Error(
      `a commit on the slow disk takes ${slowerMs.toFixed(2)} ms longer: the shim is not in effect`,
    );
  return DISKS.map((disk) => ({ what: `a commit alone, ${disk}`, value: took[disk], unit: 'ms' }));
}

async function commits(cluster: Cluster) {
  return withAdmin(await cluster.freshDatabase('commits'), async (sql) => {
    await sql`create table commit_alone (n int)`;
    return spreadOf(await times(COMMITS, (n) => sql`insert into commit_alone values (${n})`));
  });
}

async function measure(
  clusters: Clusters,
  { quick, rounds, secs }: Amount,
  note: (line: string) => void,
): Promise<Figure[]> {
  const names = quick ? (['product'] as const) : (['ideal', 'product'] as const);
  const turns = names.flatMap((name) => DISKS.map((disk) => `${name} ${disk}` as const));
  const taken = await byTurns(turns, rounds, async (turn): Promise<Turn> => {
    const [name, disk] = turn.split(' ') as [keyof typeof CONTENDERS, Disk];
    const stage = { postmaster: clusters[disk].pid, freshDatabase: clusters[disk].freshDatabase };
    const options = { callers: CALLERS, secs };
    const intake = await measureIntake(stage, CONTENDERS[name], options);
    const cycle = await measureCycle(stage, CONTENDERS[name], options);
    note(
      `${turn}: ${Math.round(intake.perSecond)} proposals and ${Math.round(cycle.perSecond)} cycles a second`,
    );
    return { intake, cycle };
  });
  return names.flatMap((name) => figuresOf(name, taken[`${name} fast`] ?? [], taken[`${name} slow`] ?? []));
}
