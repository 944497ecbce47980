import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BUNDLE } from '../../scripts/bundle-path.ts';
import type { Benchmark } from '../frame/benchmark.ts';
import { startCluster } from '../frame/cluster.ts';
import { cpuMsOf, rssMibOf } from '../frame/processes.ts';
import { type Figure, spreadOf } from '../frame/report.ts';
import { byTurns, ratios } from '../frame/turns.ts';
import { openCaller } from '../load/caller.ts';
import type { Contender } from '../peers/contender.ts';
import { ideal } from '../peers/ideal.ts';
import { peer } from '../peers/peer.ts';
import { product, productAs } from '../peers/product.ts';

const SETTLE_MS = 2_000;

const empty = peer({
  ...{ name: 'empty', program: '../start/empty.mjs', recorded: '' },
  prepare: async () => {},
});

interface Start {
  readonly ms: number;
  readonly cpuMs: number;
  readonly idleMib: number;
}

/** From the process's start to its first durable proposal, the schema being there; and what it holds when nothing happens. */
export const start: Benchmark = {
  name: 'start',
  measures:
    'start to the first durable proposal and memory at rest: an empty server, the ideal, the sources, the bundle',
  usual: { rounds: 9 },
  async run({ rounds, quick }, note) {
    if (!existsSync(BUNDLE)) throw new Error('there is no bundle: npm run bundle');
    const bundle = productAs('bundle', [fileURLToPath(new URL(`file://${BUNDLE}`)), 'serve']);
    const contenders: Record<string, Contender> = { empty, ideal, bundle, source: product };
    const cluster = await startCluster();
    try {
      const urls = new Map<string, string>();
      for (const [name, contender] of Object.entries(contenders)) {
        urls.set(name, await cluster.freshDatabase(`start_${name}`));
        await contender.prepare(urls.get(name) ?? '');
      }
      const taken = await byTurns(Object.keys(contenders), quick ? 2 : rounds, async (name) => {
        const one = await startOnce(contenders[name] ?? product, urls.get(name) ?? '');
        note(`${name} ${Math.round(one.ms)} ms`);
        return one;
      });
      return figuresOf(taken);
    } finally {
      await cluster.stop();
    }
  },
};

async function startOnce(contender: Contender, databaseUrl: string): Promise<Start> {
  const running = await contender.start({ databaseUrl, ledgerUrl: 'http://127.0.0.1:9' });
  try {
    const began = performance.now();
    const caller = await openCaller(running.urls[0] ?? '');
    await running.propose(caller, 1);
    const ms = running.readyMs + performance.now() - began;
    const cpuMs = await cpuMsOf(running.pids);
    caller.close();
    await pause(SETTLE_MS);
    return { ms, cpuMs, idleMib: await rssMibOf(running.pids) };
  } finally {
    await running.stop();
  }
}

function figuresOf(taken: Record<string, readonly Start[]>): Figure[] {
  const of = (name: string, pick: (each: Start) => number) => (taken[name] ?? []).map(pick);
  return [
    ...Object.keys(taken).flatMap((name): Figure[] => [
      { what: `${name}: start`, value: spreadOf(of(name, ({ ms }) => ms)), unit: 'ms' },
      { what: `${name}: CPU to start`, value: spreadOf(of(name, ({ cpuMs }) => cpuMs)), unit: 'ms' },
      { what: `${name}: memory at rest`, value: spreadOf(of(name, ({ idleMib }) => idleMib)), unit: 'MiB' },
    ]),
    {
      what: 'bundle: CPU to start',
      value: spreadOf(of('bundle', ({ cpuMs }) => cpuMs)),
      unit: 'ms',
      bar: { kind: 'target', row: 11, atMost: 350, floor: 2_000 },
    },
    {
      what: 'bundle to empty: start',
      value: spreadOf(
        ratios(
          of('bundle', ({ ms }) => ms),
          of('empty', ({ ms }) => ms),
        ),
      ),
      unit: '×',
      bar: { kind: 'target', row: 11, atMost: 3.5 },
    },
    {
      what: 'bundle: memory at rest',
      value: spreadOf(of('bundle', ({ idleMib }) => idleMib)),
      unit: 'MiB',
      bar: { kind: 'target', row: 10, atMost: 90, floor: 250 },
    },
    {
      what: 'bundle to ideal: memory at rest',
      value: spreadOf(
        ratios(
          of('bundle', ({ idleMib }) => idleMib),
          of('ideal', ({ idleMib }) => idleMib),
        ),
      ),
      unit: '×',
      bar: { kind: 'target', row: 10, atMost: 1.5 },
    },
  ];
}
