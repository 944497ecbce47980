import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHMARKS } from './benchmarks.ts';
import type { Amount, Benchmark } from './frame/benchmark.ts';
import { describeMachine } from './frame/machine.ts';
import { type Figure, judge, tableOf } from './frame/report.ts';

const RESULTS = join(import.meta.dirname, 'results');
const HELP = `npm run bench [name …] [-- --quick] [--rounds 5] [--secs 4] [--sizes 100000,1000000] [--cycles 100000] [--peers dbos] [--profile dir] [--json]

Each measures us and a yardstick by turns in one run. A table to stdout, JSON to bench/results/<name>.json (not with --quick), exit 1
where a gate or a floor is missed. Docs: docs/performance.md

${BENCHMARKS.map(({ name, measures }) => `  ${name.padEnd(10)} ${measures}`).join('\n')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    secs: { type: 'string' },
    sizes: { type: 'string' },
    cycles: { type: 'string' },
    peers: { type: 'string', default: '' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function amountOf({ usual = {} }: Benchmark): Amount {
  const { quick } = values;
  const number = (given: string | undefined, else_: number): number =>
    given === undefined ? else_ : Number(given);
  return {
    quick,
    rounds: number(values.rounds, quick ? 1 : (usual.rounds ?? 5)),
    secs: number(values.secs, quick ? 2 : (usual.secs ?? 4)),
    sizes: values.sizes?.split(',').map(Number),
    cycles: values.cycles === undefined ? undefined : Number(values.cycles),
    peers: values.peers.split(',').filter(Boolean),
    profile: values.profile,
  };
}

/** True: nothing that it is held to has failed. */
async function runOne(benchmark: Benchmark): Promise<boolean> {
  const amount = amountOf(benchmark);
  const machine = describeMachine();
  const note = (line: string): void => void process.stderr.write(`${benchmark.name}: ${line}\n`);
  const figures = await benchmark.run(amount, note);
  const result = resultOf(benchmark.name, machine, amount, figures);
  process.stdout.write(
    values.json
      ? `${JSON.stringify(result)}\n`
      : `\n${benchmark.name}: ${benchmark.measures}\n${tableOf(figures)}\n`,
  );
  if (!amount.quick) {
    await mkdir(RESULTS, { recursive: true });
    await writeFile(join(RESULTS, `${benchmark.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
  return figures.every((figure) => judge(figure) !== 'failed');
}

function resultOf(name: string, machine: object, amount: Amount, figures: readonly Figure[]): object {
  return {
    ...{ name, at: new Date().toISOString(), machine, amount },
    figures: figures.map((figure) => ({ ...figure, verdict: judge(figure) ?? null })),
  };
}

const unknown = positionals.filter((each) => !BENCHMARKS.some(({ name }) => name === each));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`There is no benchmark ${unknown.join(', ')}.\n\n`);
  process.stdout.write(HELP);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  const wanted = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  for (const benchmark of wanted) if (!(await runOne(benchmark))) process.exitCode = 1;
}
