import { describe, expect, it } from 'vitest';
import type { Drill } from '../../../../src/domain/drill.ts';
import { drillMessage } from '../../../../src/slack/cards/drill-message.ts';
import { objections } from '../../../support/card-checks.ts';
import { hostileTexts } from '../../../support/hostile-texts.ts';
import { readableText } from '../../../support/readable-text.ts';

const drill: Drill = {
  ...{ id: 'd', number: 3, system: 'billing', writes: 100, state: 'writing', rollback: 'r', edits: [] },
  by: { principal: 'email:dana@acme.test', id: 'U0DANAWHITF', name: 'Dana Whitfield' },
  ...{ crashed: [], startedAt: new Date('2026-11-17T14:05:00Z'), finishedAt: null },
  ...{ passed: null, record: null, place: null },
};
const going = {
  drill,
  title: 'Billing ledger',
  progress: { done: 40, of: 100 },
  record: null,
  command: '/agent',
};
const named = Array.from({ length: 40 }, (_, n) => ({
  number: 1001 + n,
  outcome: 'conflicted',
  why: 'changed since',
}));
const claims = {
  ...{ undone: 93, writes: 100, conflicted: 4, irreversible: 3, not_undone: 0, not_written: 0 },
  ...{ overwritten: 0, crashes: 2, seconds: 14.2, failures: [], named },
};
const done = (passed: boolean): Drill => ({
  ...drill,
  state: 'done',
  passed,
  record: `a.b.${'s'.repeat(86)}`,
});
const read = (message: ReturnType<typeof drillMessage>) =>
  readableText(JSON.parse(JSON.stringify(message.blocks)));

describe('the message of a drill', () => {
  it('shows how far it is, whose it is, and how to stop it', () => {
    const said = read(drillMessage(going));
    expect(said).toContain('Drill 3 of Billing ledger: under way');
    expect(said).toContain('Dana Whitfield ordered 100 writes to its sandbox');
    expect(said).toContain('40 of 100');
    expect(said).toContain('/agent disable rollback');
  });

  it('accounts for every write once it is over, and names what was not undone with why', () => {
    const said = read(drillMessage({ ...going, drill: done(true), record: claims }));
    expect(said).toContain('Billing ledger: passed');
    expect(said).toContain('93 of 100 undone, 4 left because somebody had changed them, 3 irreversible');
    expect(said).toContain('No newer record was overwritten, 2 holders died on the way, 14.2 s in all.');
    expect(said).toContain('#1001 conflicted: changed since');
    expect(said).toContain('more');
  });

  it('says why it failed', () => {
    const failures = ['overwritten records that somebody had changed: 1'];
    const said = read(drillMessage({ ...going, drill: done(false), record: { ...claims, failures } }));
    expect(said).toContain('Billing ledger: failed');
    expect(said).toContain('Why it failed:\noverwritten records that somebody had changed: 1');
  });

  it('passes Slack, whatever stands in it', () => {
    for (const text of hostileTexts.slice(0, 40)) {
      const by = { ...drill.by, name: text };
      const record = {
        ...claims,
        failures: [text],
        named: [{ number: 1, outcome: 'not_undone', why: text }],
      };
      expect(
        objections(drillMessage({ ...going, drill: { ...done(false), by }, title: text, record })),
      ).toEqual([]);
    }
  });
});
