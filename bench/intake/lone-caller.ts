import { type Figure, spreadOf } from '../frame/report.ts';
import { byTurns, ratios } from '../frame/turns.ts';
import { ideal, oneByOne } from '../peers/ideal.ts';
import { product } from '../peers/product.ts';
import { type Intake, measureIntake, type Stage } from './measure-intake.ts';

const CONTENDERS = { 'one by one': oneByOne, ideal, product };

/** What batching costs who is alone: the time of one caller's proposals, beside a form that batches nothing. */
export async function loneCaller(
  stage: Stage,
  { rounds, secs }: { readonly rounds: number; readonly secs: number },
  note: (line: string) => void,
): Promise<Figure[]> {
  const names = ['one by one', 'ideal', 'product'] as const;
  const taken = await byTurns(names, rounds, async (name) => {
    const measured = await measureIntake(stage, CONTENDERS[name], { callers: 1, secs });
    note(`a lone caller, ${name}: ${measured.p50.toFixed(2)} ms`);
    return measured;
  });
  const p50 = (all: readonly Intake[]) => all.map((each) => each.p50);
  return [
    ...names.map((name) => ({
      what: `a lone caller: ${name}, p50`,
      value: spreadOf(p50(taken[name])),
      unit: 'ms',
    })),
    {
      what: 'a lone caller: ideal to one by one',
      value: spreadOf(ratios(p50(taken.ideal), p50(taken['one by one']))),
      unit: '×',
    },
    {
      what: 'a lone caller: product to one by one',
      value: spreadOf(ratios(p50(taken.product), p50(taken['one by one']))),
      unit: '×',
      bar: { kind: 'target', row: 3, atMost: 1.2 },
    },
  ];
}
