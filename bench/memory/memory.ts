import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { BUNDLE } from '../../scripts/bundle-path.ts';
import type { Benchmark } from '../frame/benchmark.ts';
import { startCluster } from '../frame/cluster.ts';
import { rssMibOf } from '../frame/processes.ts';
import { type Figure, spreadOf } from '../frame/report.ts';
import { byTurns } from '../frame/turns.ts';
import { load } from '../load/load.ts';
import { ideal } from '../peers/ideal.ts';
import { productAs } from '../peers/product.ts';

const CALLERS = 64;
const LOOK_MS = 100;
const SETTLE_MS = 5_000;

interface Held {
  readonly restMib: number;
  readonly peakMib: number;
  /** Some seconds after the first half of what is to be pending, and after all of it. */
  readonly halfMib: number;
  readonly wholeMib: number;
}

/** What a process holds while 64 callers propose until so much is pending, and after that. */
export const memory: Benchmark = {
  name: 'memory',
  measures: 'memory at rest, at its peak while 64 callers propose, and with 10,000 pending: the bundle',
  usual: { rounds: 1 },
  async run({ rounds, quick, sizes }, note) {
    if (!existsSync(BUNDLE)) throw new Error('there is no bundle: npm run bundle');
    const pending = sizes?.[0] ?? (quick ? 500 : 10_000);
    const cluster = await startCluster();
    const contenders = { ideal, bundle: productAs('bundle', [BUNDLE, 'serve']) };
    try {
      const taken = await byTurns(['ideal', 'bundle'], rounds, async (name) => {
        const databaseUrl = await cluster.freshDatabase(`memory_${name}`);
        await contenders[name].prepare(databaseUrl);
        const held = await hold(contenders[name], databaseUrl, pending);
        note(`${name}: ${Math.round(held.peakMib)} MiB at its peak`);
        return held;
      });
      return [...figuresOf('ideal', pending, taken.ideal), ...figuresOf('bundle', pending, taken.bundle)];
    } finally {
      await cluster.stop();
    }
  },
};

async function hold(contender: typeof ideal, databaseUrl: string, pending: number): Promise<Held> {
  const running = await contender.start({ databaseUrl, ledgerUrl: 'http://127.0.0.1:9' });
  const rss = () => rssMibOf(running.pids);
  let peakMib = 0;
  const watching = setInterval(() => void rss().then((mib) => (peakMib = Math.max(peakMib, mib))), LOOK_MS);
  let n = 0;
  const proposeUntil = async (count: number): Promise<number> => {
    await load(running.urls, { callers: CALLERS, isEnough: () => n >= count }, async (caller) => {
      n += 1;
      await running.propose(caller, n);
    });
    await pause(SETTLE_MS);
    return rss();
  };
  try {
    await pause(SETTLE_MS);
    const restMib = await rss();
    const halfMib = await proposeUntil(pending / 2);
    return { restMib, halfMib, wholeMib: await proposeUntil(pending), peakMib };
  } finally {
    clearInterval(watching);
    await running.stop();
  }
}

function figuresOf(name: string, pending: number, taken: readonly Held[]): Figure[] {
  const of = (pick: (each: Held) => number) => spreadOf(taken.map(pick));
  const ours = name === 'bundle';
  return [
    { what: `${name}: at rest`, value: of((each) => each.restMib), unit: 'MiB' },
    {
      what: `${name}: peak, ${CALLERS} callers until ${pending} are pending`,
      value: of((each) => each.peakMib),
      unit: 'MiB',
      ...(ours ? { bar: { kind: 'target', row: 10, atMost: 150, floor: 400 } as const } : {}),
    },
    { what: `${name}: with ${pending} pending`, value: of((each) => each.wholeMib), unit: 'MiB' },
    {
      what: `${name}: after all of them to after half of them`,
      value: of((each) => each.wholeMib / each.halfMib),
      unit: '×',
      ...(ours ? { bar: { kind: 'target', row: 10, atMost: 1.1 } as const } : {}),
    },
  ];
}
