import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/domain/audit.ts';
import { describeEvent } from '../../../src/domain/audit-line.ts';
import { tellStory } from '../../../src/domain/audit-story.ts';
import type { JsonObject } from '../../../src/domain/json.ts';

const asked = { subject: { kind: 'account', account: '4471' }, range: { name: 'Past 7 days' } } as const;
const usd = (amount: string) => ({ amount, currency: 'USD' });
const dana = { id: 'U0DANAWHITF', name: 'Dana Whitfield' };
const lea = { id: 'U0LEABRANDT', name: 'Lea Brandt' };
const ownTier = { id: 'tier:refunds/1', name: 'Customer refunds, decided by the agent alone' };

let minute = 0;
function event(number: number | null, type: string, data: JsonObject = {}): AuditEvent {
  minute += 1;
  const at = new Date(Date.UTC(2026, 10, 17, 9, minute));
  return {
    stream: `p${number}`,
    seq: minute,
    at,
    type,
    actor: 'x',
    agent: 'refund-agent',
    system: 'billing',
    account: '4471',
    number,
    data,
  };
}

const proposed = (number: number, amount: string, action = 'billing.refund') =>
  event(number, 'proposal.received', { action, summary: `Refund ${amount}`, impact: usd(amount) });
const LEADS: Readonly<Record<string, string>> = { approve: 'approved', agree: 'approved' };
const said = (number: number, kind: string, by: JsonObject, state: string, reason: string | null = null) =>
  event(number, 'decision.recorded', { stage: 'approve', kind, by, reason, digest: 'sha256:1', state });
const decided = (number: number, kind: string, by: JsonObject, reason: string | null = null) =>
  said(number, kind, by, LEADS[kind] ?? 'rejected', reason);
const ended = (
  number: number,
  type: string,
  amount: string | null,
  by: JsonObject[],
  more: JsonObject = {},
) =>
  event(number, `execution.${type}`, {
    action: 'billing.refund',
    impact: amount === null ? null : usd(amount),
    approved_by: by,
    ...more,
  });

const timeline = (...args: Parameters<typeof tellStory>) => tellStory(...args).told.map(describeEvent);
const sentence = (...events: AuditEvent[]) => tellStory(events.toReversed(), asked).sentence;

describe('tellStory', () => {
  it('says what was returned, in how many refunds, and who approved them', () => {
    const told = sentence(
      proposed(1042, '1000.00'),
      decided(1042, 'approve', dana),
      ended(1042, 'executed', '1000.00', [dana]),
      proposed(1043, '250.00'),
      decided(1043, 'approve', dana),
      ended(1043, 'executed', '250.00', [dana]),
    );
    expect(told).toBe(
      'Past 7 days: refund-agent returned $1,250.00 to account 4471 in 2 refunds; Dana Whitfield approved both.',
    );
  });

  it('knows the dollars and the approver of what was proposed and decided before that time', () => {
    expect(sentence(ended(1042, 'executed', '1250.00', [dana]))).toBe(
      'Past 7 days: refund-agent returned $1,250.00 to account 4471 in 1 refund; Dana Whitfield approved it.',
    );
  });

  it('tells the approvers apart, the agent’s own tier among them', () => {
    const told = sentence(
      ended(1, 'executed', '600.00', [dana]),
      ended(2, 'executed', '600.00', [dana]),
      ended(3, 'executed', '700.00', [lea]),
      ended(4, 'executed', '10.00', [ownTier]),
    );
    expect(told).toBe(
      'Past 7 days: refund-agent returned $1,910.00 to account 4471 in 4 refunds; 2 approved by Dana Whitfield, 1 by Lea Brandt and 1 by the agent’s own tier.',
    );
  });

  it('counts what was not done, and why, apart from what was', () => {
    const told = sentence(
      proposed(1, '90.00'),
      decided(1, 'reject', lea, 'Not ours'),
      proposed(2, '80.00'),
      event(2, 'proposal.expired', { expired_at: 'x' }),
      ended(3, 'failed', '70.00', [dana], { why: 'it answered 422' }),
      ended(4, 'became_unknown', '60.00', [dana], { why: 'no answer' }),
      proposed(5, '50.00'),
      event(5, 'proposal.blocked', { because: 'not paid' }),
      proposed(6, '40.00'),
      event(6, 'proposal.withdrawn'),
      proposed(7, '30.00'),
      decided(7, 'approve', dana),
      proposed(8, '20.00'),
    );
    expect(told).toBe(
      'Past 7 days: nothing was done to account 4471. 1 proposal may have happened, outcome unknown ($60.00); 1 failed ($70.00); ' +
        '1 was rejected by Lea Brandt ($90.00); 1 expired undecided ($80.00); 1 was blocked by the system of record ($50.00); ' +
        '1 was withdrawn by the agent ($40.00); 1 was approved and not yet written ($30.00); 1 was still undecided ($20.00).',
    );
  });

  it('does not take for approved what was taken back, objected to, not reviewed in time, or replaced by another', () => {
    const told = sentence(
      ...[proposed(1, '6000.00'), decided(1, 'approve', dana), decided(1, 'take_back', dana)],
      ...[proposed(2, '90.00'), said(2, 'approve', dana, 'in_review'), said(2, 'object', lea, 'rejected')],
      ...[proposed(3, '80.00'), said(3, 'approve', dana, 'in_review')],
      event(3, 'review.lapsed', { state: 'expired' }),
      ...[proposed(4, '1250.00'), event(4, 'proposal.superseded', { by: dana, changes: {} })],
      ...[proposed(5, '800.00'), decided(5, 'approve', dana), ended(5, 'executed', '800.00', [dana])],
    );
    expect(told).toBe(
      'Past 7 days: refund-agent returned $800.00 to account 4471 in 1 refund; Dana Whitfield approved it. ' +
        '1 proposal was rejected by Lea Brandt ($90.00); 1 was taken back by Dana Whitfield before the write ($6,000.00); ' +
        '1 was replaced by another ($1,250.00); 1 expired for want of a review ($80.00).',
    );
  });

  it('tells how far what is under way has come', () => {
    const told = sentence(
      ...[proposed(1, '10.00'), said(1, 'approve', dana, 'pending')],
      ...[proposed(2, '20.00'), said(2, 'approve', dana, 'in_review')],
      ...[proposed(3, '30.00'), decided(3, 'approve', dana), event(3, 'execution.handed_over')],
      ...[proposed(4, '40.00'), decided(4, 'approve', dana), event(4, 'execution.started')],
      ...[proposed(5, '50.00'), said(5, 'approve', dana, 'in_review'), said(5, 'agree', lea, 'approved')],
    );
    expect(told).toBe(
      'Past 7 days: nothing was done to account 4471. 1 proposal was being written ($40.00); ' +
        '1 was approved and waiting to be done by hand ($30.00); 1 was approved and not yet written ($50.00); ' +
        '1 was approved and waiting for a review ($20.00); 1 was still undecided ($10.00).',
    );
  });

  it('leaves what was written as written, and says who objected to it, also where that was written before', () => {
    const written = ended(1, 'executed', '90.00', [dana]);
    expect(sentence(written, said(1, 'object', lea, 'executed'))).toBe(
      'Past 7 days: refund-agent returned $90.00 to account 4471 in 1 refund; Dana Whitfield approved it. ' +
        '1 proposal was objected to by Lea Brandt after the approval ($90.00).',
    );
    expect(
      sentence(said(1, 'object', lea, 'executed'), event(2, 'review.lapsed', { state: 'executed' })),
    ).toBe(
      'Past 7 days: nothing was done to account 4471. 1 proposal was objected to by Lea Brandt after the approval; ' +
        '1 was not reviewed in time after the approval.',
    );
    expect(sentence(said(1, 'agree', lea, 'executed'))).toContain('nothing was proposed');
  });

  it('names all whose approvals count, and none of a round that is over', () => {
    const told = sentence(
      ...[proposed(1, '10.00'), event(1, 'proposal.judged'), decided(1, 'approve', lea)],
      ...[event(1, 'approval.lapsed'), event(1, 'proposal.judged')],
      ...[said(1, 'approve', dana, 'pending'), decided(1, 'reject', lea)],
    );
    expect(told).toContain('1 proposal was rejected by Lea Brandt ($10.00)');
  });

  it('does not say that nothing was done of what was done and undone, nor call changes worth nothing', () => {
    const done = ended(1, 'executed', '70.00', [dana]);
    expect(sentence(done, event(1, 'proposal.rolled_back', { impact: usd('70.00') }))).toBe(
      'Past 7 days: nothing was done to account 4471 that still stands. 1 proposal was done and undone ($70.00).',
    );
    const hold = ended(2, 'executed', '0.00', [dana], { action: 'fulfilment.hold' });
    expect(sentence(hold)).toBe(
      'Past 7 days: refund-agent made changes to account 4471 in 1 hold; Dana Whitfield approved it.',
    );
  });

  it('takes the last outcome of a number, not the first', () => {
    const told = sentence(ended(4, 'became_unknown', '60.00', [dana]), ended(4, 'executed', '60.00', [dana]));
    expect(told).toBe(
      'Past 7 days: refund-agent returned $60.00 to account 4471 in 1 refund; Dana Whitfield approved it.',
    );
  });

  it('does not pass an unknown impact off as nothing', () => {
    const told = sentence(ended(1, 'executed', '60.00', [dana]), ended(2, 'executed', null, [dana]));
    expect(told).toContain(
      'returned $60.00 to account 4471 (the dollar impact of 1 is unknown) in 2 refunds',
    );
  });

  it('names an action that is no refund as what it is', () => {
    const told = sentence(ended(1, 'executed', '60.00', [dana], { action: 'billing.write_off' }));
    expect(told).toContain('refund-agent made changes worth $60.00 to account 4471 in 1 write-off; Dana');
  });

  it('says that there was nothing', () => {
    expect(sentence()).toBe('Past 7 days: nothing was proposed for or done to account 4471.');
  });

  it('tells the steps in the order in which they happened, with what changed', () => {
    const entries = timeline(
      [
        proposed(1042, '1250.00'),
        event(1042, 'card.posted', { target: '#refund-approvals' }),
        decided(1042, 'approve', dana),
        event(1042, 'execution.started', { attempt: 1 }),
        ended(1042, 'executed', '1250.00', [dana], {
          before: { refundable: '3000.00', balance: '310.00' },
          after: { refundable: '1750.00', balance: '310.00' },
          result: { id: 're_1' },
        }),
      ].toReversed(),
      asked,
    );
    expect(entries.map(({ number, line }) => `#${number} ${line}`)).toEqual([
      '#1042 proposed by refund-agent: Refund 1250.00 ($1,250.00)',
      '#1042 approved by Dana Whitfield',
      '#1042 written: refundable 3000.00 → 1750.00 (id re_1)',
    ]);
  });

  it('quotes the reason of a rejection', () => {
    const entries = timeline([decided(1, 'reject', lea, 'Not ours')], asked);
    expect(entries).toMatchObject([{ line: 'rejected by Lea Brandt', detail: '“Not ours”' }]);
  });

  it('tells also what it has no words for', () => {
    const entries = timeline([event(1, 'execution.frozen_over', {})], asked);
    expect(entries).toMatchObject([{ line: 'execution frozen over' }]);
  });

  it('tells the same of an agent and of a system, over all their accounts', () => {
    const other = { ...ended(1043, 'executed', '250.00', [lea]), account: '9001' };
    const events = [ended(1042, 'executed', '1000.00', [dana]), other];
    const range = { name: 'Yesterday' };
    expect(tellStory(events, { subject: { kind: 'agent', agent: 'refund-agent' }, range }).sentence).toBe(
      'Yesterday: refund-agent returned $1,250.00 to 2 accounts in 2 refunds; 1 approved by Lea Brandt and 1 by Dana Whitfield.',
    );
    const empty = tellStory([], { subject: { kind: 'system', system: 'billing' }, range });
    expect(empty.sentence).toBe('Yesterday: nothing was proposed for or done in billing.');
  });

  it('tells of one proposal what was proposed and what became of it, also what it was judged to be', () => {
    const subject = { kind: 'proposal', number: 1042 } as const;
    const of = (...events: AuditEvent[]) => tellStory(events, { subject, range: { name: '#1042' } });
    const received = proposed(1042, '90.00');
    expect(of(received, decided(1042, 'reject', lea, 'Not ours')).sentence).toBe(
      '#1042: refund-agent proposed 1 refund for account 4471 ($90.00); it was rejected by Lea Brandt.',
    );
    expect(
      of(received, decided(1042, 'approve', dana), ended(1042, 'became_unknown', '90.00', [dana])).sentence,
    ).toBe(
      '#1042: refund-agent proposed 1 refund for account 4471 ($90.00); it may have happened, outcome unknown.',
    );
    const story = of(
      ...[received, event(1042, 'proposal.judged', { tier: 'human' }), event(1042, 'card.posted')],
      ...[ended(1042, 'executed', '90.00', [dana]), said(1042, 'object', lea, 'executed')],
    );
    expect(story.sentence).toBe(
      '#1042: refund-agent returned $90.00 to account 4471 in 1 refund; Dana Whitfield approved it; it was objected to by Lea Brandt after the approval.',
    );
    expect(story.told.map(({ type }) => type)).toEqual([
      'proposal.received',
      'proposal.judged',
      'execution.executed',
      'decision.recorded',
    ]);
    expect(of().sentence).toBe('#1042: nothing was done about it.');
  });

  it('tells what a person decided and did, with the sums of what they decided on', () => {
    const subject = { kind: 'person', name: 'Dana Whitfield', actors: ['person:1'] } as const;
    const events = [
      decided(1042, 'approve', dana),
      decided(1043, 'reject', dana, 'Not ours'),
      event(null, 'switch.disabled', { scope: 'refunds', by: dana }),
      event(1042, 'audit.read', { by: dana }),
    ];
    const background = [proposed(1042, '1000.00'), proposed(1043, '250.00')];
    const story = tellStory(events, { subject, range: { name: 'Today' } }, background);
    expect(story.sentence).toBe(
      'Today: Dana Whitfield approved 1 proposal ($1,000.00) and rejected 1 ($250.00); switched refunds off; looked at the audit once.',
    );
    expect(story.told).toHaveLength(4);
    const switched = ['all', 'billing', 'crm', 'refunds'].map((scope) =>
      event(null, 'switch.enabled', { scope, by: dana }),
    );
    expect(tellStory(switched, { subject, range: { name: 'Today' } }).sentence).toBe(
      'Today: Dana Whitfield switched everything, billing, crm and 1 more on again.',
    );
    expect(tellStory([], { subject, range: { name: 'Today' } }).sentence).toBe(
      'Today: Dana Whitfield did nothing that is on record.',
    );
  });
});
