import type { Amount, Benchmark } from '../frame/benchmark.ts';
import { startCluster } from '../frame/cluster.ts';
import { type Figure, spreadOf } from '../frame/report.ts';
import { byTurns, ratios } from '../frame/turns.ts';
import { ideal } from '../peers/ideal.ts';
import { findPgbench, runPgbench } from '../peers/pgbench.ts';
import { product } from '../peers/product.ts';
import { loneCaller } from './lone-caller.ts';
import { type Intake, measureIntake, type Stage } from './measure-intake.ts';

const CALLERS = 64;
const CLIENTS = 32;

/** Durable proposals over HTTP, beside the ideal's and beside what pgbench reaches with a commit for each. */
export const intake: Benchmark = {
  name: 'intake',
  measures: 'durable proposals a second over HTTP with HMAC, beside pgbench and a hand-written ideal',
  async run(amount, note) {
    const cluster = await startCluster();
    const stage = { postmaster: cluster.pid, freshDatabase: cluster.freshDatabase };
    try {
      if (amount.quick) return await quick(stage, amount);
      return [...(await full(stage, amount, note)), ...(await loneCaller(stage, amount, note))];
    } finally {
      await cluster.stop();
    }
  },
};

async function quick(stage: Stage, { secs }: Amount): Promise<Figure[]> {
  return gatesOf([await measureIntake(stage, product, { callers: CALLERS, secs })]);
}

async function full(stage: Stage, amount: Amount, note: (line: string) => void): Promise<Figure[]> {
  const { rounds, secs, profile } = amount;
  const version = await findPgbench();
  if (version === undefined)
    throw new Error('there is no pgbench on this machine: apt-get install postgresql');
  const limits: number[] = [];
  const taken = await byTurns(['limit', 'ideal', 'product'], rounds, async (name) => {
    if (name === 'limit') {
      const databaseUrl = await stage.freshDatabase('limit');
      await ideal.prepare(databaseUrl);
      limits.push(await runPgbench(databaseUrl, { clients: CLIENTS, secs }));
      note(`limit ${Math.round(limits.at(-1) ?? 0)}/s`);
      return undefined;
    }
    const contender = name === 'ideal' ? ideal : product;
    const measured = await measureIntake(stage, contender, { callers: CALLERS, secs, profile });
    note(`${name} ${Math.round(measured.perSecond)}/s`);
    return measured;
  });
  const ours = taken.product.filter((each) => each !== undefined);
  const theirs = taken.ideal.filter((each) => each !== undefined);
  const rate = (all: readonly Intake[]) => all.map(({ perSecond }) => perSecond);
  return [
    { what: `limit (${version}, ${CLIENTS} clients): proposals a second`, value: spreadOf(limits), unit: '' },
    ...figuresOf('ideal', theirs),
    ...figuresOf('product', ours),
    {
      what: 'product to limit',
      value: spreadOf(ratios(rate(ours), limits)),
      unit: '×',
      bar: { kind: 'target', row: 1, atLeast: 0.9 },
    },
    { what: 'ideal to limit', value: spreadOf(ratios(rate(theirs), limits)), unit: '×' },
    { what: 'product to ideal', value: spreadOf(ratios(rate(ours), rate(theirs))), unit: '×' },
    {
      what: 'p99: product to ideal',
      value: spreadOf(
        ratios(
          ours.map(({ p99 }) => p99),
          theirs.map(({ p99 }) => p99),
        ),
      ),
      unit: '×',
      bar: { kind: 'target', row: 1, atMost: 3 },
    },
    ...gatesOf(ours),
  ];
}

function figuresOf(name: string, all: readonly Intake[]): Figure[] {
  const of = (pick: (each: Intake) => number) => spreadOf(all.map(pick));
  return [
    { what: `${name}: proposals a second`, value: of((each) => each.perSecond), unit: '' },
    { what: `${name}: p50`, value: of((each) => each.p50), unit: 'ms' },
    { what: `${name}: p99`, value: of((each) => each.p99), unit: 'ms' },
    {
      what: `${name}: CPU of Node a proposal`,
      value: of((each) => each.cpuMsNode / each.proposals),
      unit: 'ms',
    },
    {
      what: `${name}: CPU of Postgres a proposal`,
      value: of((each) => each.cpuMsPostgres / each.proposals),
      unit: 'ms',
    },
    { what: `${name}: statements a proposal`, value: of((each) => each.transactionsEach), unit: '' },
    { what: `${name}: syncs a proposal`, value: of((each) => each.syncsEach), unit: '' },
    { what: `${name}: commits a proposal`, value: of((each) => each.commits / each.proposals), unit: '' },
    { what: `${name}: WAL a proposal`, value: of((each) => each.walBytes / each.proposals), unit: 'B' },
  ];
}

/** What does not move with the machine's other work. */
function gatesOf(all: readonly Intake[]): Figure[] {
  const of = (pick: (each: Intake) => number) => spreadOf(all.map(pick));
  return [
    {
      what: 'commits a proposal',
      value: of((each) => each.commits / each.proposals),
      unit: '',
      bar: { kind: 'gate', row: 1, atMost: 0.1 },
    },
    {
      what: 'CPU of Node and Postgres a proposal',
      value: of((each) => (each.cpuMsNode + each.cpuMsPostgres) / each.proposals),
      unit: 'ms',
      bar: { kind: 'gate', row: 1, atMost: 0.3 },
    },
    {
      what: 'WAL a proposal',
      value: of((each) => each.walBytes / each.proposals),
      unit: 'B',
      bar: { kind: 'gate', row: 1, atMost: 2_500 },
    },
  ];
}
