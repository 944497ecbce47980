import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSecrets } from '../../../src/manifests/check-secrets.ts';
import { lint } from '../../../src/manifests/lint.ts';
import { parseManifests } from '../../../src/manifests/parse-manifests.ts';
import { formatProblem } from '../../../src/manifests/problem.ts';
import { readSecret } from '../../../src/manifests/secrets.ts';
import { CASES, ENV, edited, readFiles } from '../../support/manifest-cases.ts';

const directory = mkdtempSync(join(tmpdir(), 'secrets-'));
function fileOf(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}
const base = edited(readFiles(join(CASES, 'base')), [
  { in: 'systems/crm.yml', replace: '/run/secrets/crm', with: fileOf('crm', 'tok_crm\n') },
]);

describe('check secrets', () => {
  const says = (env: Record<string, string | undefined>) => {
    const loaded = parseManifests(base, env);
    return loaded.ok ? checkSecrets(loaded.manifests, env).map(formatProblem) : ['did not load'];
  };

  it('finds all of them', () => {
    expect(says(ENV)).toEqual([]);
  });

  it('says which one is missing, where it is named', () => {
    expect(says({ ...ENV, REFUND_AGENT_OLD_KEY: undefined, BILLING_TOKEN: '' })).toEqual([
      'agents/refund-agent.yml:4:39 key.secret.1: REFUND_AGENT_OLD_KEY is not set (nor REFUND_AGENT_OLD_KEY_FILE)',
      'systems/billing.yml:15:11 credential.secret: BILLING_TOKEN is not set (nor BILLING_TOKEN_FILE)',
    ]);
  });
});

describe('a key that opens our own door', () => {
  const says = (env: Record<string, string>) => {
    const loaded = parseManifests(base, ENV);
    if (!loaded.ok) throw new Error('did not load');
    return checkSecrets(loaded.manifests, { ...ENV, ...env }).map(({ message }) => message);
  };

  it.each([
    ['x', 1],
    ['0123456789abcdef0123456789abcde', 31],
    ['whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZQ==', 31],
  ])('%s is too short', (key, bytes) => {
    expect(says({ REFUND_AGENT_KEY: key })).toEqual([
      `env:REFUND_AGENT_KEY is a key of ${bytes} bytes, and 32 are needed: make one with countersign keygen`,
    ]);
  });

  it.each(['0123456789abcdef0123456789abcdef', 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='])(
    '%s is long enough',
    (key) => {
      expect(says({ REFUND_AGENT_KEY: key })).toEqual([]);
    },
  );

  it('is not what a system gave us', () => {
    expect(says({ BILLING_TOKEN: 'short' })).toEqual([]);
  });
});

describe('read a secret', () => {
  it('takes it from the environment, or from the file that NAME_FILE names', () => {
    const file = fileOf('token', 'tok_1\n');
    expect(readSecret({ env: 'TOKEN' }, { TOKEN: 'tok_0' })).toEqual({ ok: true, value: 'tok_0' });
    expect(readSecret({ env: 'TOKEN' }, { TOKEN_FILE: file })).toEqual({ ok: true, value: 'tok_1' });
    expect(readSecret({ file }, {})).toEqual({ ok: true, value: 'tok_1' });
  });

  it.each([
    [
      'both',
      { env: 'TOKEN' },
      { TOKEN: 'a', TOKEN_FILE: '/a' },
      'TOKEN and TOKEN_FILE are both set: keep one',
    ],
    [
      'an unreadable file',
      { env: 'TOKEN' },
      { TOKEN_FILE: '/nowhere' },
      "the file of TOKEN_FILE can't be read",
    ],
    ['an empty file', { file: fileOf('empty', '\n') }, {}, `${join(directory, 'empty')} is empty`],
    ['two lines', { env: 'TOKEN' }, { TOKEN: 'a\nb: c' }, 'TOKEN holds more than visible ASCII'],
  ])('refuses %s', (_, ref, env, message) => {
    expect(readSecret(ref, env)).toEqual({ ok: false, message });
  });
});

describe('lint', () => {
  const reference = join(CASES, '../reference-manifests');
  const KEY = '0123456789abcdef0123456789abcdef';

  it('only warns of secrets that are not set here', () => {
    const { problems, summary } = lint(join(CASES, 'base'), { BILLING_URL: ENV.BILLING_URL });
    expect(problems.map(({ level }) => level)).toEqual(['warning', 'warning', 'warning', 'warning']);
    expect(summary).toBe('2 systems, 2 actions, 1 agent, 1 workflow: 4 warnings');
  });

  it('says what was found to be right', () => {
    const env = {
      ...{ BILLING_URL: ENV.BILLING_URL, BILLING_TOKEN: 'a', REFUND_AGENT_KEY: `${KEY}b` },
      ...{ BILLING_SANDBOX_URL: ENV.BILLING_SANDBOX_URL, CRM_SANDBOX_MCP_URL: ENV.CRM_SANDBOX_MCP_URL },
      ...{ BILLING_SANDBOX_TOKEN: 'f', CRM_SANDBOX_TOKEN: 'g' },
      ...{
        CRM_MCP_URL: ENV.CRM_MCP_URL,
        CRM_TOKEN: 'c',
        FULFILMENT_TOKEN: `${KEY}d`,
        WAREHOUSE_AGENT_KEY: `${KEY}e`,
      },
    };
    const { problems, summary } = lint(join(import.meta.dirname, '../../../manifests'), env);
    expect(problems.filter(({ message }) => !message.includes('on a Saturday at 03:00'))).toEqual([]);
    const found = problems.length === 0 ? 'all right' : `${problems.length} warnings`;
    expect(summary).toBe(`4 systems, 5 actions, 2 agents, 3 workflows: ${found}`);
  });

  it('counts errors', () => {
    expect(lint(reference, {}).summary).toMatch(/^\d+ errors and \d+ warnings?$/);
  });
});
