import { describe, expect, it } from 'vitest';
import {
  type ChecklistFacts,
  computeChecklist,
  drillsDue,
  type LastDrill,
} from '../../../src/domain/checklist.ts';
import { connectorPrint } from '../../../src/domain/drill-record.ts';
import { TEST_ENV, testManifests } from '../../support/context.ts';

const FINE: ChecklistFacts = {
  now: new Date('2026-11-24T00:00:00Z'),
  auditMs: 12,
  drills: {},
  liveSince: null,
  override: null,
  ownsTables: false,
  keyInDatabase: false,
  byHand: [],
  proofs: {},
  channelsMissing: [],
  people: null,
};

function lineOf(what: string, facts: Partial<ChecklistFacts> = {}, manifests = testManifests()) {
  const found = computeChecklist(manifests, { ...FINE, ...facts }).find((line) => line.what.startsWith(what));
  if (!found) throw new Error(`no line begins with ${what}`);
  return found;
}

describe('the checklist', () => {
  it('is red where the audit is slow, the login owns the tables, or the key is in the database', () => {
    expect(lineOf('Audit').state).toBe('green');
    expect(lineOf('Audit', { auditMs: 60_000 }).state).toBe('red');
    expect(lineOf('Application role', { ownsTables: true })).toMatchObject({
      state: 'red',
      evidence: expect.stringContaining('MIGRATE_DATABASE_URL'),
    });
    expect(lineOf('Signing key', { keyInDatabase: true }).state).toBe('red');
  });

  it('asks for more than one of each in the first 30 days to be overridden, by whom and why', () => {
    const what = 'One workflow';
    expect(lineOf(what)).toMatchObject({
      state: 'red',
      evidence: expect.stringMatching(/workflows.*systems.*approvers/),
    });
    const override = { by: 'dana', because: 'the demo' };
    expect(lineOf(what, { override })).toMatchObject({
      state: 'green',
      evidence: expect.stringContaining('overridden by dana, because the demo'),
    });
    expect(lineOf(what, { liveSince: new Date('2026-10-20T00:00:00Z') }).state).toBe('green');
    expect(lineOf(what, { liveSince: new Date('2026-10-30T00:00:00Z') }).state).toBe('red');
  });

  it('says what each system says of its credential, and who has not been asked', () => {
    const what = 'Credentials proved';
    expect(lineOf(what).state).toBe('unasked');
    expect(lineOf(what, { proofs: { billing: null } })).toMatchObject({
      state: 'green',
      evidence: 'billing: each is what its manifest says; no credential.prove: crm',
    });
    expect(lineOf(what, { proofs: { billing: 'it answered 401' } })).toMatchObject({
      state: 'red',
      evidence: 'billing: it answered 401',
    });
  });

  it('counts how often what was done by hand ended as it was proposed', () => {
    const what = 'What is done by hand';
    const tally = { action: 'inventory.adjust_stock', done: 43, agreed: 40, differed: 0, notDone: 2 };
    expect(lineOf(what).state).toBe('unasked');
    expect(lineOf(what, { byHand: [tally] })).toMatchObject({
      state: 'green',
      evidence:
        'inventory.adjust_stock: 43 done, 40 the same in the system (100 % of what could be read), 0 otherwise, 3 not to be read; 2 could not be done',
    });
    expect(lineOf(what, { byHand: [{ ...tally, agreed: 39, differed: 1 }] })).toMatchObject({
      state: 'red',
      evidence: expect.stringContaining('(97 % of what could be read), 1 otherwise'),
    });
  });

  it('names the channels that the bot is not in, and does not guess where Slack was not asked', () => {
    expect(lineOf('The bot', { channelsMissing: ['agent-ops'] })).toMatchObject({
      state: 'red',
      evidence: 'not in #agent-ops',
    });
    expect(lineOf('The bot', { channelsMissing: null }).state).toBe('unasked');
  });

  it('is red for a system whose drill is missing or older than drill_every', () => {
    const manifests = testManifests(TEST_ENV, (files) => ({
      ...files,
      'org.yml': `${(files['org.yml'] ?? '').replace(/^drill_every:.*\n?/m, '')}\ndrill_every: 30d\n`,
    }));
    const drills = (day: string, changes: Partial<LastDrill> = {}) =>
      Object.fromEntries(
        Object.values(manifests.systems).map((system) => [
          system.id,
          {
            number: 3,
            at: new Date(`${day}T00:00:00Z`),
            passed: true,
            connector: connectorPrint(system),
            ...changes,
          },
        ]),
      );
    expect(lineOf('Rollback drilled', {}, manifests)).toMatchObject({
      state: 'red',
      evidence: expect.stringContaining('billing: no drill is on record'),
    });
    expect(lineOf('Rollback drilled', { drills: drills('2026-11-01') }, manifests).state).toBe('green');
    expect(lineOf('Rollback drilled', { drills: drills('2026-10-01') }, manifests)).toMatchObject({
      state: 'red',
      evidence: expect.stringContaining('last on 2026-10-01'),
    });
    expect(drillsDue(manifests, drills('2026-10-01'), FINE.now)).toContain('billing: last on 2026-10-01');
    expect(
      lineOf('Rollback drilled', { drills: drills('2026-11-01', { passed: false }) }, manifests),
    ).toMatchObject({
      state: 'red',
      evidence: expect.stringContaining('billing: drill 3 failed on 2026-11-01'),
    });
    const other = { connector: 'sha256:another' };
    expect(lineOf('Rollback drilled', { drills: drills('2026-11-01', other) }, manifests)).toMatchObject({
      state: 'red',
      evidence: expect.stringContaining('billing: its connector has changed since drill 3'),
    });
  });

  it('is red for a key that is due, shared, or whose rotation nobody has said', () => {
    const withKey = (key: string) =>
      testManifests(TEST_ENV, (files) => ({
        ...files,
        'agents/refund-agent.yml': (files['agents/refund-agent.yml'] ?? '').replace(
          /^key:.*(?:\n {2}.*)*/m,
          `key: { secret: "env:REFUND_AGENT_KEY"${key} }`,
        ),
      }));
    const evidence = (key: string) => lineOf('Credentials', {}, withKey(key)).evidence;
    expect(evidence('')).toContain('refund-agent does not say last_rotated');
    expect(evidence(', last_rotated: 2026-01-01, rotate_every: 90d')).toContain(
      "refund-agent's secret was due to be rotated on 2026-04-01",
    );
    expect(evidence(', last_rotated: 2026-11-01, rotate_every: 90d')).not.toContain('refund-agent');
  });
});
