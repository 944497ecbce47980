import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isScalar, parseDocument, type Scalar, visit } from 'yaml';
import { parseManifests } from '../../../src/manifests/parse-manifests.ts';
import { formatProblem } from '../../../src/manifests/problem.ts';
import { CASES, ENV, type Files, readFiles } from '../../support/manifest-cases.ts';

const base = readFiles(join(CASES, 'base'));

/** Where CEL, a template or a JSON Schema stands: their libraries quote the name that they don't know. */
const QUOTED =
  /^(account|impact|summary|that|else|get|put|post|happened|absent|only_if|type|required|enum|do)$/;

interface Spot {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

function spotsOf(file: string, text: string): Spot[] {
  const spots: Spot[] = [];
  visit(parseDocument(text), {
    Pair(_, { key }) {
      return isScalar(key) && QUOTED.test(String(key.value)) ? visit.SKIP : undefined;
    },
    Scalar(key, node: Scalar) {
      if (key !== 'key' && node.range) spots.push({ file, start: node.range[0], end: node.range[1] });
    },
  });
  return spots;
}

const spots = Object.entries(base).flatMap(([file, text]) => spotsOf(file, text));

function planted({ file, start, end }: Spot, value: string): Files {
  const text = base[file] ?? '';
  return { ...base, [file]: text.slice(0, start) + value + text.slice(end) };
}

function saysOf(files: Files, env: Record<string, string | undefined>): string {
  const loaded = parseManifests(files, env);
  return (loaded.ok ? loaded.warnings : loaded.problems).map(formatProblem).join('\n');
}

describe('report problems', () => {
  it('never repeats a secret that stands in the wrong place', () => {
    expect(spots.length).toBeGreaterThan(40);
    // What stands in front makes the YAML itself wrong in ways of its own, and its parser likes to quote.
    const before = fc.constantFrom('', '', '|', '!', '*', '&', '"', "'", '[', '{', '- ', '@', '? ');
    const secret = fc.stringMatching(/^[A-Za-z0-9_:/+=@#$%&{}[\]\\'"-]{8,24}$/).map((text) => `Zq9${text}`);
    fc.assert(
      fc.property(fc.constantFrom(...spots), before, secret, fc.boolean(), (spot, mark, value, quoted) => {
        const text = saysOf(planted(spot, quoted ? JSON.stringify(value) : mark + value), ENV);
        expect(text).not.toContain('Zq9');
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  it('never repeats the value of a secret, wherever a manifest asks for it', () => {
    const value = 'Zq9-live-secret';
    for (const spot of spots) {
      const text = saysOf(planted(spot, '"${BILLING_TOKEN}"'), { ...ENV, BILLING_TOKEN: value });
      expect(text, spot.file).not.toContain(value);
    }
  });
});
