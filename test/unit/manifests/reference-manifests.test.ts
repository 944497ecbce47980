import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../../src/manifests/parse-manifests.ts';
import { formatProblem } from '../../../src/manifests/problem.ts';
import { readFiles } from '../../support/manifest-cases.ts';

const copy = join(import.meta.dirname, '../../cases/reference-manifests');
const original = join(import.meta.dirname, '../../../../shared/design/manifests');
const reference = readFiles(copy);

describe('parse the reference manifests', () => {
  it('refuses nothing of them', () => {
    const env = { BILLING_URL: 'http://127.0.0.1:1', CRM_MCP_URL: 'http://127.0.0.1:2' };
    const loaded = parseManifests(reference, env);
    const found = loaded.ok ? loaded.warnings : loaded.problems;
    expect(found.filter(({ level }) => level === 'error').map(formatProblem)).toEqual([]);
    expect(loaded.ok).toBe(true);
  });

  it.skipIf(!existsSync(original))('reads a copy that is still the same', () => {
    expect(reference).toEqual(readFiles(original));
  });
});
