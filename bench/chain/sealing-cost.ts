import { type Cluster, withAdmin } from '../frame/cluster.ts';
import { type Figure, spreadOf } from '../frame/report.ts';
import { byTurns, ratios } from '../frame/turns.ts';
import { type Intake, measureIntake } from '../intake/measure-intake.ts';
import type { Contender } from '../peers/contender.ts';
import { productWith } from '../peers/product.ts';

const CALLERS = 64;
/** One process and two, each with and without. */
const FORMS = ['one', 'one_unsealed', 'two', 'two_unsealed'] as const;
type Form = (typeof FORMS)[number];

interface Taken extends Intake {
  /** Of all events, those that were sealed when the processes had ended. */
  readonly sealed: number;
}

/** The intake with its audit sealed each second, and with nothing sealed, by turns; on one process and on two. */
export async function sealingCost(
  cluster: Cluster,
  { rounds, secs }: { readonly rounds: number; readonly secs: number },
  note: (line: string) => void,
): Promise<Figure[]> {
  const taken = await byTurns(FORMS, rounds, async (form) => {
    const contender = productWith({
      processes: form.startsWith('two') ? 2 : 1,
      sealing: !form.endsWith('unsealed'),
    });
    const measured = await measureOnce(cluster, contender, secs);
    note(`${contender.name} ${Math.round(measured.perSecond)}/s`);
    return measured;
  });
  return figuresOf(taken);
}

async function measureOnce(cluster: Cluster, contender: Contender, secs: number): Promise<Taken> {
  const stage = { postmaster: cluster.pid, freshDatabase: cluster.freshDatabase };
  const intake = await measureIntake(stage, contender, { callers: CALLERS, secs });
  return { ...intake, sealed: await shareSealed(cluster.urlFor(contender.name)) };
}

async function shareSealed(url: string): Promise<number> {
  return withAdmin(url, async (sql) => {
    const [row] = await sql<{ share: number }[]>`
      select coalesce((select max(size) from seal), 0)::float8 / (select count(*) from audit_event) as share`;
    return row?.share ?? Number.NaN;
  });
}

function figuresOf(taken: Readonly<Record<Form, readonly Taken[]>>): Figure[] {
  const rate = (form: Form) => taken[form].map(({ perSecond }) => perSecond);
  const cpu = (form: Form) =>
    taken[form].map((each) => (each.cpuMsNode + each.cpuMsPostgres) / each.proposals);
  const compared = (
    what: string,
    a: readonly number[],
    b: readonly number[],
    bar?: Figure['bar'],
  ): Figure => {
    return { what, value: spreadOf(ratios(a, b)), unit: '×', ...(bar ? { bar } : {}) };
  };
  return [
    ...FORMS.map((form): Figure => {
      return { what: `${form}: proposals a second`, value: spreadOf(rate(form)), unit: '' };
    }),
    ...FORMS.map((form): Figure => {
      return { what: `${form}: CPU of Node and Postgres a proposal`, value: spreadOf(cpu(form)), unit: 'ms' };
    }),
    compared('one process, sealed to unsealed: proposals', rate('one'), rate('one_unsealed'), SEALING),
    compared('two processes, sealed to unsealed: proposals', rate('two'), rate('two_unsealed'), SEALING),
    compared('one process, sealed to unsealed: CPU', cpu('one'), cpu('one_unsealed')),
    compared('two processes, sealed to unsealed: CPU', cpu('two'), cpu('two_unsealed')),
    compared('two processes to one: proposals', rate('two'), rate('one'), TWO),
    ...FORMS.map((form): Figure => {
      const sealed = spreadOf(taken[form].map((each) => each.sealed));
      const wanted = form.endsWith('unsealed') ? ({ atMost: 0 } as const) : ({ atLeast: 1 } as const);
      return {
        what: `${form}: of its events, sealed at the end`,
        value: sealed,
        unit: '',
        bar: { kind: 'gate', row: 7, ...wanted },
      };
    }),
  ];
}

const SEALING = { kind: 'target', row: 7, atLeast: 0.9, floor: 0.8 } as const;
const TWO = { kind: 'target', row: 8, atLeast: 0.95 } as const;
