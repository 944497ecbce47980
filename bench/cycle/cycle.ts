import type { Amount, Benchmark } from '../frame/benchmark.ts';
import { startCluster } from '../frame/cluster.ts';
import { type Figure, spreadOf } from '../frame/report.ts';
import { byTurns, ratios } from '../frame/turns.ts';
import type { Contender } from '../peers/contender.ts';
import { dbos } from '../peers/dbos.ts';
import { ideal } from '../peers/ideal.ts';
import { product } from '../peers/product.ts';
import { type Cycle, measureCycle, type Stage } from './measure-cycle.ts';

const CALLERS = 64;
const PEERS: readonly Contender[] = [dbos];

/** Propose, decide through the Slack door, write once, on record. */
export const cycle: Benchmark = {
  name: 'cycle',
  measures: 'propose, decide through the Slack door, write once, on record; beside the ideal and --peers',
  async run(amount, note) {
    const cluster = await startCluster();
    const stage = { postmaster: cluster.pid, freshDatabase: cluster.freshDatabase };
    try {
      if (amount.quick)
        return gatesOf([await measureCycle(stage, product, { callers: CALLERS, secs: amount.secs })]);
      return await full(stage, amount, note);
    } finally {
      await cluster.stop();
    }
  },
};

async function full(stage: Stage, amount: Amount, note: (line: string) => void): Promise<Figure[]> {
  const { rounds, secs, profile } = amount;
  const peers = PEERS.filter(({ name }) => amount.peers.includes(name));
  const contenders = new Map([ideal, product, ...peers].map((each) => [each.name, each]));
  const taken = await byTurns([...contenders.keys()], rounds, async (name) => {
    const contender = contenders.get(name) ?? product;
    const measured = await measureCycle(stage, contender, { callers: CALLERS, secs, profile });
    note(`${name} ${Math.round(measured.perSecond)}/s`);
    return measured;
  });
  const rate = (name: string) => (taken[name] ?? []).map(({ perSecond }) => perSecond);
  const ours = taken.product ?? [];
  return [
    ...[...contenders.keys()].flatMap((name) => figuresOf(name, taken[name] ?? [])),
    {
      what: 'product to ideal',
      value: spreadOf(ratios(rate('product'), rate('ideal'))),
      unit: '×',
      bar: { kind: 'target', row: 2, atLeast: 0.65 },
    },
    ...peers.map(
      ({ name, atLeast }): Figure => ({
        what: `product to ${name}`,
        value: spreadOf(ratios(rate('product'), rate(name))),
        unit: '×',
        bar: { kind: 'target', row: 2, atLeast: atLeast ?? 1 },
      }),
    ),
    ...gatesOf(ours),
  ];
}

function figuresOf(name: string, all: readonly Cycle[]): Figure[] {
  const of = (pick: (each: Cycle) => number) => spreadOf(all.map(pick));
  return [
    { what: `${name}: cycles a second`, value: of((each) => each.perSecond), unit: '' },
    { what: `${name}: p50`, value: of((each) => each.p50), unit: 'ms' },
    { what: `${name}: p99`, value: of((each) => each.p99), unit: 'ms' },
    { what: `${name}: CPU of Node a cycle`, value: of((each) => each.cpuMsNode / each.cycles), unit: 'ms' },
    {
      what: `${name}: CPU of Postgres a cycle`,
      value: of((each) => each.cpuMsPostgres / each.cycles),
      unit: 'ms',
    },
    { what: `${name}: statements a cycle`, value: of((each) => each.transactionsEach), unit: '' },
    { what: `${name}: commits a cycle`, value: of((each) => each.commits / each.cycles), unit: '' },
    { what: `${name}: syncs a cycle`, value: of((each) => each.syncsEach), unit: '' },
    { what: `${name}: WAL a cycle`, value: of((each) => each.walBytes / each.cycles), unit: 'B' },
    { what: `${name}: memory at its peak`, value: of((each) => each.peakMib), unit: 'MiB' },
    { what: `${name}: writes done twice`, value: of((each) => each.doubled), unit: '' },
  ];
}

/** What does not move with the machine's other work. */
function gatesOf(all: readonly Cycle[]): Figure[] {
  const of = (pick: (each: Cycle) => number) => spreadOf(all.map(pick));
  const gate = (what: string, pick: (each: Cycle) => number, unit: string, atMost: number, row = 2) =>
    ({ what, value: of(pick), unit, bar: { kind: 'gate', row, atMost } }) as const;
  return [
    gate('commits a cycle', (each) => each.commits / each.cycles, '', 0.5),
    gate('syncs a cycle', (each) => each.syncsEach, '', 0.4),
    gate(
      'CPU of Node and Postgres a cycle',
      (each) => (each.cpuMsNode + each.cpuMsPostgres) / each.cycles,
      'ms',
      0.6,
    ),
    gate('WAL a cycle', (each) => each.walBytes / each.cycles, 'B', 7_000),
    gate('writes done twice', (each) => each.doubled, '', 0, 4),
    gate('decided and never on record as written', (each) => each.unsettled, '', 0, 4),
  ];
}
