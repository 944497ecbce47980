import { migrate } from '../../src/store/migrate.ts';
import type { Benchmark } from '../frame/benchmark.ts';
import { type Cluster, startCluster } from '../frame/cluster.ts';
import type { Figure } from '../frame/report.ts';
import { type Delivered, type Load, simulate } from './simulate.ts';

const MINUTE_MS = 60_000;
const PROCESSES = 2;

/**
 * The real delivery before a Slack that takes no more than it promises, on a simulated clock: the figures are the same on every machine.
 * Two processes share the turns.
 */
export const slack: Benchmark = {
  name: 'slack',
  measures: 'delivery in Slack within its limits, on a simulated clock: bursts, and 55 a minute',
  async run({ quick }, note) {
    const cluster = await startCluster();
    try {
      const loads = loadsOf(quick);
      const figures: Figure[] = [];
      for (const { name, load, figuresOf } of loads) {
        note(name);
        figures.push(...figuresOf(name, await measured(cluster, load)));
      }
      return figures;
    } finally {
      await cluster.stop();
    }
  },
};

interface Case {
  readonly name: string;
  readonly load: Load;
  readonly figuresOf: (name: string, delivered: Delivered) => Figure[];
}

function loadsOf(quick: boolean): Case[] {
  const burst = quick ? 100 : 600;
  const minutes = quick ? 1 : 10;
  const steady = Array.from({ length: 55 * minutes }, (_, n) => Math.round((n * MINUTE_MS) / 55));
  return [
    { name: 'one', load: { arrivals: [0], decided: 1 }, figuresOf: ofOne },
    {
      name: `burst of ${burst}`,
      load: { arrivals: Array<number>(burst).fill(0), decided: quick ? 10 : burst },
      figuresOf: ofBurst,
    },
    { name: '55 a minute', load: { arrivals: steady, decided: steady.length }, figuresOf: ofSteady },
  ];
}

async function measured(cluster: Cluster, load: Load): Promise<Delivered> {
  const ownerUrl = await cluster.freshDatabase(`slack_${load.arrivals.length}`);
  await migrate({ url: ownerUrl });
  const appUrl = new URL(ownerUrl);
  appUrl.searchParams.set('role', 'countersign_app');
  return simulate({ ownerUrl, appUrl: appUrl.href, processes: PROCESSES }, load);
}

const gate = (atMost: number) => ({ kind: 'gate', row: 12, atMost }) as const;

function ofOne(name: string, delivered: Delivered): Figure[] {
  return [
    { what: `${name}: visible after`, value: Math.max(...delivered.visible), unit: 's', bar: gate(0) },
    { what: `${name}: calls a proposal`, value: delivered.callsPerProposal, unit: '', bar: gate(1.1) },
    ...tooEarly(name, delivered),
  ];
}

function ofBurst(name: string, delivered: Delivered): Figure[] {
  const all = Math.ceil(delivered.proposals / 20) + 1;
  return [
    { what: `${name}: all visible after`, value: Math.max(...delivered.visible), unit: 's', bar: gate(all) },
    { what: `${name}: calls a proposal`, value: delivered.callsPerProposal, unit: '', bar: gate(0.3) },
    { what: `${name}: looks decided after, p95`, value: p95(delivered.settled), unit: 's', bar: gate(2) },
    ...tooEarly(name, delivered),
  ];
}

function ofSteady(name: string, delivered: Delivered): Figure[] {
  return [
    { what: `${name}: visible after, p95`, value: p95(delivered.visible), unit: 's' },
    { what: `${name}: looks decided after, p95`, value: p95(delivered.settled), unit: 's', bar: gate(2) },
    { what: `${name}: calls a proposal`, value: delivered.callsPerProposal, unit: '' },
    ...tooEarly(name, delivered),
  ];
}

function tooEarly(name: string, { refused }: Delivered): Figure[] {
  return [{ what: `${name}: answered 429`, value: refused, unit: '', bar: gate(0) }];
}

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
}
