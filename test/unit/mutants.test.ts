import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from '../mutants/mutants.ts';

const SQL = readdirSync('migrations').filter((name) => name.endsWith('.sql'));

describe('a guard that `npm run mutants` takes out', () => {
  it.each(MUTANTS)('still stands where it is looked for: $guard', ({ in: place, from, to, seenBy }) => {
    const files = place === 'migrations' ? SQL.map((name) => `migrations/${name}`) : [place];
    const found = files.flatMap((file) => readFileSync(file, 'utf8').split(from).slice(1));
    if (place === 'migrations') expect(found.length).toBeGreaterThan(0);
    else expect(found).toHaveLength(1);
    expect(to).not.toBe(from);
    expect(seenBy.length).toBeGreaterThan(0);
    for (const test of seenBy) expect(existsSync(test), test).toBe(true);
  });
});
