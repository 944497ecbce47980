import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAction } from '../../../src/domain/manifest.ts';
import { editorSchemas } from '../../../src/manifests/editor-schemas.ts';
import { loadManifests } from '../../../src/manifests/load-manifests.ts';
import { parseManifests } from '../../../src/manifests/parse-manifests.ts';
import { formatProblem } from '../../../src/manifests/problem.ts';
import { CASES, ENV, readFiles } from '../../support/manifest-cases.ts';

const project = join(import.meta.dirname, '../../../manifests');
const base = join(CASES, 'base');

function loaded(directory: string) {
  const result = loadManifests(directory, ENV);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.manifests;
}

describe("load the project's own manifests", () => {
  it('finds nothing to say but that nights and weekends are not manned', () => {
    const result = loadManifests(project, ENV);
    const said = result.ok ? result.warnings : result.problems;
    expect(said.filter(({ message }) => !message.includes('on a Saturday at 03:00'))).toEqual([]);
    expect(result.ok).toBe(true);
    const offered = findAction(loaded(project), 'billing.refund');
    expect(offered?.workflow.tiers.map(({ decide }) => decide)).toEqual(['agent', 'human', 'named']);
  });

  it('has editor schemas that are those of the code (npx node scripts/write-schemas.ts)', () => {
    const written = Object.entries(readFiles(join(project, 'schema')));
    const parsed = Object.fromEntries(
      written.map(([file, text]): [string, unknown] => [file, JSON.parse(text)]),
    );
    expect(parsed).toEqual(JSON.parse(JSON.stringify(editorSchemas())));
  });

  it('names its editor schema in the first line of each', () => {
    for (const [file, text] of Object.entries(readFiles(project))) {
      if (!file.endsWith('.yml')) continue;
      const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
      const path = new URL(schema, `file:///${file}`).pathname;
      expect(
        Object.keys(editorSchemas()).map((name) => `/schema/${name}`),
        file,
      ).toContain(path);
    }
  });
});

describe('load manifests', () => {
  const manifests = loaded(base);

  it('takes exactly $500.00 out of the tier below 500', () => {
    const [agent, human, named] = manifests.workflows.refunds?.tiers ?? [];
    expect(agent).toMatchObject({ below: 50_000n, upTo: undefined, decide: 'agent' });
    expect(human).toMatchObject({ below: undefined, upTo: 500_000n, decide: 'human' });
    expect(named).toMatchObject({ below: undefined, upTo: undefined, decide: 'named' });
  });

  it('fills in what is left out', () => {
    const [, human, named] = manifests.workflows.refunds?.tiers ?? [];
    expect(human).toMatchObject({
      executeWithinMs: 1_800_000,
      expiresMs: 28_800_000,
      channel: 'refund-approvals',
    });
    expect(named).toMatchObject({
      executeWithinMs: 3_600_000,
      expiresMs: 86_400_000,
      channel: 'large-refunds',
    });
    expect(manifests.systems.crm?.connector).toEqual({
      type: 'http',
      baseUrl: 'https://crm.acme.test/api',
      allowPrivate: false,
      headers: { authorization: 'Bearer ${secret}' },
      timeoutMs: 10_000,
      idempotencyHeader: undefined,
    });
    expect(manifests.systems.billing?.actions.refund?.find?.settleMs).toBe(2_000);
  });

  it('keeps secrets as references', () => {
    expect(manifests.agents['refund-agent']?.keys).toEqual([
      { env: 'REFUND_AGENT_KEY' },
      { env: 'REFUND_AGENT_OLD_KEY' },
    ]);
    expect(manifests.systems.crm?.credential?.secrets).toEqual([{ file: '/run/secrets/crm' }]);
  });

  it('offers no action that only JavaScript knows', () => {
    for (const name of ['constructor.name', 'billing.constructor', '__proto__.toString']) {
      expect(findAction(manifests, name), name).toBeUndefined();
    }
  });

  it('gives frozen values', () => {
    const tier = manifests.workflows.refunds?.tiers[0];
    expect(() => Object.assign(tier ?? {}, { decide: 'agent', below: 1n })).toThrow(TypeError);
  });

  it('has one digest for the same texts, another for any other', () => {
    const files = readFiles(base);
    const digestOf = (texts: Record<string, string>) => {
      const result = parseManifests(texts, ENV);
      return result.ok ? result.manifests.digest : 'none';
    };
    expect(digestOf(files)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digestOf(Object.fromEntries(Object.entries(files).toReversed()))).toBe(manifests.digest);
    expect(digestOf({ ...files, 'org.yml': `${files['org.yml']}#` })).not.toBe(manifests.digest);
    expect(digestOf(manifests.files)).toBe(manifests.digest);
  });
});

describe('load a directory', () => {
  let directory = '';
  const says = () => {
    const result = loadManifests(directory, ENV);
    return result.ok ? [] : result.problems.map(formatProblem);
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'manifests-'));
    cpSync(base, directory, { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('refuses one that is not there', () => {
    rmSync(directory, { recursive: true });
    expect(says()).toEqual([`${directory}:1:1: can't be read (ENOENT)`]);
    cpSync(base, directory, { recursive: true });
  });

  it('refuses one without an organisation', () => {
    rmSync(join(directory, 'org.yml'));
    expect(says()).toEqual(['org.yml:1:1: is missing']);
  });

  it('refuses a text that is not UTF-8', () => {
    writeFileSync(join(directory, 'org.yml'), Buffer.from([0x6e, 0xff, 0xfe]));
    expect(says()).toEqual(['org.yml:1:1: is not UTF-8']);
  });

  it('refuses a text larger than 256 KiB', () => {
    writeFileSync(join(directory, 'agents/refund-agent.yml'), `# ${'x'.repeat(256 * 1024)}`);
    expect(says()).toEqual(['agents/refund-agent.yml:1:1: is larger than 256 KiB']);
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['maps', Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('refuses a pile of %s without falling over', (_, text) => {
    writeFileSync(join(directory, 'agents/refund-agent.yml'), text);
    expect(says().join('\n')).toMatch(/nested too deeply|is no YAML/);
  });

  it('passes over dot files and papers, and follows the links of a mounted ConfigMap', () => {
    cpSync(join(directory, 'org.yml'), join(directory, '..data/org.yml'));
    rmSync(join(directory, 'org.yml'));
    symlinkSync('..data/org.yml', join(directory, 'org.yml'));
    writeFileSync(join(directory, 'README.md'), '# ours');
    expect(says()).toEqual([]);
  });

  it('refuses a file that may not be read', { skip: process.getuid?.() === 0 }, () => {
    chmodSync(join(directory, 'org.yml'), 0o000);
    expect(says()).toEqual([`org.yml:1:1: can't be read (EACCES)`]);
  });
});
