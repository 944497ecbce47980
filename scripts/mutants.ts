import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mutant } from '../test/mutants/mutant.ts';
import { MUTANTS } from '../test/mutants/mutants.ts';

/**
 * Takes one guard out at a time, in a copy of the tree, and runs the tests that have to see it. Exit 1 if one of them stays green:
 * then the suite is blind there. Words on the command line pick mutants by their guard.
 */
const copy = mkdtempSync(join(tmpdir(), 'countersign-mutants-'));
const words = process.argv.slice(2).map((word) => word.toLowerCase());
const chosen = MUTANTS.filter(({ guard }) => words.every((word) => guard.toLowerCase().includes(word)));

try {
  for (const each of readdirSync('.').filter(
    (name) => !/^(\.git|\.countersign|node_modules|coverage)$/.test(name),
  ))
    cpSync(each, join(copy, each), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  const survivors = chosen.filter((mutant) => !isKilled(mutant));
  for (const { guard } of survivors) process.stdout.write(`survived: ${guard}\n`);
  process.stdout.write(`${chosen.length - survivors.length} of ${chosen.length} killed\n`);
  process.exitCode = survivors.length > 0 ? 1 : 0;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function isKilled(mutant: Mutant): boolean {
  const places = filesOf(mutant);
  const whole = places.map((path) => [path, readFileSync(path, 'utf8')] as const);
  const holding = whole.filter(([, text]) => text.includes(mutant.from));
  if (holding.length === 0) throw new Error(`nothing holds the guard any more: ${mutant.guard}`);
  for (const [path, text] of holding)
    writeFileSync(
      path,
      text.replaceAll(mutant.from, () => mutant.to),
    );
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const options = ['--reporter=json', `--outputFile.json=${report}`, '--bail=1', '--maxWorkers=1'];
  spawnSync('npx', ['--no-install', 'vitest', 'run', ...options, ...mutant.seenBy], { cwd: copy });
  for (const [path, text] of holding) writeFileSync(path, text);
  const { numFailedTests = 0, numPassedTests = 0 } = readReport(report);
  const killed = numFailedTests > 0;
  // Tests that could not be run prove nothing.
  const how = killed ? 'killed  ' : numPassedTests > 0 ? 'SURVIVED' : 'NOT RUN ';
  process.stdout.write(`${how} ${mutant.guard}\n`);
  return killed;
}

function filesOf(mutant: Mutant): string[] {
  if (mutant.in !== 'migrations') return [join(copy, mutant.in)];
  const names = readdirSync(join(copy, 'migrations')).filter((name) => name.endsWith('.sql'));
  return names.map((name) => join(copy, 'migrations', name));
}

function readReport(path: string): { numFailedTests?: number; numPassedTests?: number } {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}
