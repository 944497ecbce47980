import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BUNDLE } from '../../scripts/bundle-path.ts';
import type { Benchmark } from '../frame/benchmark.ts';
import { startCluster } from '../frame/cluster.ts';
import { type Figure, spreadOf } from '../frame/report.ts';
import { byTurns } from '../frame/turns.ts';
import { ideal } from '../peers/ideal.ts';
import { NPM_START, productAs } from '../peers/product.ts';
import { grow, type Sample } from './grow.ts';
import { CALLERS, type Held, hold } from './hold.ts';

const COLLECT = fileURLToPath(new URL('collect.mjs', import.meta.url));

/** What a process holds while 64 callers propose until so much is pending, and after that; and whether it grows by what it has done. */
export const memory: Benchmark = {
  name: 'memory',
  measures:
    'the bundle at rest, at its peak while 64 callers propose, with 10,000 pending; its growth over --cycles',
  usual: { rounds: 1 },
  async run({ rounds, quick, sizes, cycles = quick ? 0 : 10_000 }, note) {
    if (!existsSync(BUNDLE)) throw new Error('there is no bundle: npm run bundle');
    const pending = sizes?.[0] ?? (quick ? 500 : 10_000);
    const cluster = await startCluster();
    const contenders = {
      ideal,
      bundle: productAs('bundle', NPM_START),
      // What the flags of `npm start` are worth.
      unbounded: productAs('unbounded', [BUNDLE, 'serve']),
    };
    const names = ['ideal', 'bundle', 'unbounded'] as const;
    try {
      const taken = await byTurns(names, rounds, async (name) => {
        const databaseUrl = await cluster.freshDatabase(`memory_${name}`);
        await contenders[name].prepare(databaseUrl);
        const held = await hold(contenders[name], databaseUrl, pending);
        note(`${name}: ${Math.round(held.peakMib)} MiB at its peak`);
        return held;
      });
      const collecting = productAs('bundle', ['--import', COLLECT, ...NPM_START]);
      const samples = cycles > 0 ? await grow(cluster, collecting, cycles, note) : [];
      return [...names.flatMap((name) => figuresOf(name, pending, taken[name])), ...growthOf(samples)];
    } finally {
      await cluster.stop();
    }
  },
};

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
    { what: `${name}: CPU of Node a proposal`, value: of((each) => each.cpuMs), unit: 'ms' },
  ];
}

/** After each tenth of the cycles, and the last of them to the first. */
function growthOf(samples: readonly Sample[]): Figure[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last) return [];
  const growth = (what: string, pick: (sample: Sample) => number): Figure => ({
    what: `bundle, growth from ${first.cycles} to ${last.cycles} cycles: ${what}`,
    value: pick(last) / pick(first),
    unit: '×',
    bar: { kind: 'target', row: 10, atMost: 1.1 },
  });
  return [
    ...samples.flatMap(({ cycles, residentMib, heapMib }): Figure[] => [
      { what: `bundle, after ${cycles} cycles and a rest: resident`, value: residentMib, unit: 'MiB' },
      { what: `bundle, after ${cycles} cycles and a rest: living heap`, value: heapMib, unit: 'MiB' },
    ]),
    growth('resident', ({ residentMib }) => residentMib),
    growth('living heap', ({ heapMib }) => heapMib),
    {
      what: 'bundle: decided and not on record as written at the end',
      value: last.unsettled,
      unit: '',
      bar: { kind: 'gate', row: 4, atMost: 0 },
    },
  ];
}
