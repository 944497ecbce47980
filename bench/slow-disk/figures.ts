import type { Cycle } from '../cycle/measure-cycle.ts';
import { type Bar, type Figure, spreadOf } from '../frame/report.ts';
import { ratios } from '../frame/turns.ts';
import type { Intake } from '../intake/measure-intake.ts';

/** Of one contender on one of the disks. */
export interface Turn {
  readonly intake: Intake;
  readonly cycle: Cycle;
}

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly pick: (turn: Turn) => number;
  /** What the product's slow disk is held to, beside its fast one. */
  readonly bar?: Bar;
}

const cpuMs = ({ cpuMsNode, cpuMsPostgres }: Intake | Cycle): number => cpuMsNode + cpuMsPostgres;

/** Who syncs no more often where a sync is dear has batches that grow by themselves. */
const ROWS: readonly Row[] = [
  {
    ...{ what: 'proposals a second', unit: '', pick: ({ intake }) => intake.perSecond },
    bar: { kind: 'target', row: 9, atLeast: 0.7 },
  },
  { what: 'commits a proposal', unit: '', pick: ({ intake }) => intake.commits / intake.proposals },
  { what: 'syncs a proposal', unit: '', pick: ({ intake }) => intake.syncsEach },
  { what: 'CPU a proposal', unit: 'ms', pick: ({ intake }) => cpuMs(intake) / intake.proposals },
  { what: 'cycles a second', unit: '', pick: ({ cycle }) => cycle.perSecond },
  { what: 'commits a cycle', unit: '', pick: ({ cycle }) => cycle.commits / cycle.cycles },
  {
    ...{ what: 'syncs a cycle', unit: '', pick: ({ cycle }) => cycle.syncsEach },
    // Two runs on the same disk differ by less than that.
    bar: { kind: 'gate', row: 9, atMost: 1.1 },
  },
  { what: 'CPU a cycle', unit: 'ms', pick: ({ cycle }) => cpuMs(cycle) / cycle.cycles },
];

/** Each on both disks, and what the slow one makes of it, by rounds. */
export function figuresOf(name: string, fast: readonly Turn[], slow: readonly Turn[]): Figure[] {
  return ROWS.flatMap(({ what, unit, pick, bar }): Figure[] => [
    { what: `${name}, fast: ${what}`, value: spreadOf(fast.map(pick)), unit },
    { what: `${name}, slow: ${what}`, value: spreadOf(slow.map(pick)), unit },
    {
      what: `${name}, slow to fast: ${what}`,
      value: spreadOf(ratios(slow.map(pick), fast.map(pick))),
      unit: '×',
      ...(bar !== undefined && name === 'product' ? { bar } : {}),
    },
  ]);
}
