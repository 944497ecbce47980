import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const rows = readFileSync(join(ROOT, 'docs/threats.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the list of threats', () => {
  it('has every row once, with its control, where it is held and a test', () => {
    const wanted = Array.from({ length: 59 }, (_, index) => String(1 + index));
    expect(rows.map(([row]) => row)).toEqual(wanted);
    for (const [row, attack, control, enforced, tests] of rows)
      for (const cell of [attack, control, enforced, tests]) expect(cell, `row ${row}`).toMatch(/\S/);
  });

  it.each(rows)('row %s names files that are there', (...[row, , , enforced = '', tests = '']) => {
    const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '');
    for (const cell of [enforced, tests]) expect(named(cell).length, `row ${row}`).toBeGreaterThan(0);
    for (const file of [...named(enforced), ...named(tests)])
      expect(existsSync(join(ROOT, file)), `row ${row}: ${file}`).toBe(true);
    for (const file of named(tests)) expect(file).toMatch(/^test\/.*\.test\.ts$/);
  });
});
