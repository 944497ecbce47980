import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../../src/manifests/parse-manifests.ts';
import { formatProblem } from '../../../src/manifests/problem.ts';
import { CASES, ENV, edited, readCases, readFiles } from '../../support/manifest-cases.ts';

const base = readFiles(join(CASES, 'base'));
const tables = readdirSync(CASES).filter((name) => name.endsWith('.yml'));

describe('base', () => {
  it('loads without a word, so that what a case reports comes from its edit', () => {
    const loaded = parseManifests(base, ENV);
    expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
    expect(tables.length).toBeGreaterThanOrEqual(7);
  });
});

describe.each(tables)('%s', (table) => {
  it.each(readCases(table))('$it', ({ edits, says }) => {
    const loaded = parseManifests(edited(base, edits), ENV);
    const problems = loaded.ok ? loaded.warnings : loaded.problems;
    expect(problems.map(formatProblem)).toEqual(says);
    expect(loaded.ok).toBe(problems.every(({ level }) => level === 'warning'));
  });
});
