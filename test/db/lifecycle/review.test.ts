import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { lapseReviews, review } from '../../../src/lifecycle/review.ts';
import { takeBack } from '../../../src/lifecycle/take-back.ts';
import { restoreTrust } from '../../../src/lifecycle/trust.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { billing, click, desk, fresh, hurry, look, type Name, who } from '../../support/deciding-desk.ts';
import { GROUPS, proposed } from '../../support/desk.ts';

describe('a review', () => {
  const tiers = (timing: string) =>
    `tiers:\n  - decide: named\n    approvers: [dana@acme.test, lea@acme.test]\n    review: { by: [cfo@acme.test, dana@acme.test], within: 24h, timing: ${timing} }\n`;
  const say = async (context: Context, id: string, name: Name, verdict: 'agreed' | 'objected') => {
    const { digest } = await look(context, id);
    return review(context, {
      proposalId: id,
      digest: digest ?? '',
      verdict,
      reason: 'not ours',
      person: await who(context, name),
      groups: GROUPS,
    });
  };

  it('comes before the write where the tier says so, and never from who approved', async () => {
    const context = await desk(tiers('before'));
    const { id } = await proposed(context);
    await click(context, id, 'dana');
    expect((await look(context, id)).state).toBe('in_review');
    expect(await executeDue(context, 10)).toBe(0);
    expect(await say(context, id, 'dana', 'agreed')).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining('the second human is another one'),
    });
    expect((await say(context, id, 'cfo', 'agreed')).outcome).toBe('decided');
    await executeDue(context, 10);
    expect(await look(context, id)).toMatchObject({ state: 'executed', review: { state: 'agreed' } });
  });

  it('that objects before the write ends it', async () => {
    const context = await desk(tiers('before'));
    const { id } = await proposed(context);
    await click(context, id, 'dana');
    await say(context, id, 'cfo', 'objected');
    expect(await look(context, id)).toMatchObject({ state: 'rejected', review: { state: 'objected' } });
    expect(await executeDue(context, 10)).toBe(0);
  });

  it('comes before the write by itself where that can not be undone', async () => {
    const context = await desk(tiers('auto'), { irreversible: true });
    const { id } = await proposed(context);
    await click(context, id, 'dana');
    expect((await look(context, id)).state).toBe('in_review');
  });

  it('after the write that objects pages and takes from the agent what it may decide alone, until it is given back', async () => {
    const context = await desk(
      `${tiers('auto').replace('tiers:\n', 'tiers:\n  - below: 500\n    decide: agent\n')}`,
    );
    const { id, number } = await proposed(context);
    await click(context, id, 'dana');
    await executeDue(context, 10);
    expect(await look(context, id)).toMatchObject({ state: 'executed', review: { state: 'awaiting' } });
    await say(context, id, 'cfo', 'objected');
    expect((await look(context, id)).review?.state).toBe('objected');
    const [paged] = await context.database.sql`select 1 from outbox where topic = 'page' and ref = ${id}`;
    expect(paged).toBeDefined();
    expect(await proposed(context, { amount: '10.00', account: fresh() })).toMatchObject({
      decide: 'named',
      why: '10.00 is below 500.00; refund-agent may decide nothing alone until an operator gives that back',
    });
    const lea = await who(context, 'lea');
    const dana = await who(context, 'dana');
    expect(await restoreTrust(context, { agent: 'refund-agent', person: lea, groups: GROUPS })).toMatchObject(
      { outcome: 'refused' },
    );
    expect(await restoreTrust(context, { agent: 'refund-agent', person: dana, groups: GROUPS })).toEqual({
      outcome: 'restored',
    });
    expect((await proposed(context, { amount: '10.00', account: fresh() })).decide).toBe('agent');
    const types = (await listAudit(context.database, { number })).map((event) => event.type);
    expect(types.filter((type) => type === 'decision.recorded')).toHaveLength(2);
  });

  it('that comes when its time is over counts no more, swept or not', async () => {
    const context = await desk(tiers('before'));
    for (const verdict of ['agreed', 'objected'] as const) {
      const { id } = await proposed(context);
      await click(context, id, 'dana');
      await hurry('review_due_at', id);
      expect(await say(context, id, 'cfo', verdict)).toMatchObject({
        outcome: 'refused',
        because: expect.stringContaining('is over'),
      });
      expect(await look(context, id)).toMatchObject({ state: 'in_review', review: { state: 'awaiting' } });
      expect(await lapseReviews(context)).toBe(1);
    }
  });

  it('that nobody gives in time lapses: nothing is written before it, and after it the agent loses trust', async () => {
    const before = await desk(tiers('before'));
    const first = await proposed(before);
    await click(before, first.id, 'dana');
    await hurry('review_due_at', first.id);
    expect(await lapseReviews(before)).toBe(1);
    expect(await look(before, first.id)).toMatchObject({ state: 'expired', review: { state: 'lapsed' } });
    const after = await desk(tiers('after'));
    const second = await proposed(after);
    await click(after, second.id, 'dana');
    await executeDue(after, 10);
    await hurry('review_due_at', second.id);
    const swept = await Promise.all([lapseReviews(after), lapseReviews(after), lapseReviews(after)]);
    expect(swept.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(await look(after, second.id)).toMatchObject({ state: 'executed', review: { state: 'lapsed' } });
    await restoreTrust(after, { agent: 'refund-agent', person: await who(after, 'dana'), groups: GROUPS });
  });
});

describe('a hold', () => {
  const HOLD = 'tiers:\n  - decide: named\n    approvers: [dana@acme.test]\n    hold: 1h\n';
  const back = async (context: Context, id: string, name: Name) => {
    const { digest } = await look(context, id);
    return takeBack(context, {
      proposalId: id,
      digest: digest ?? '',
      person: await who(context, name),
      groups: GROUPS,
    });
  };

  it('keeps the write back, and lets who may decide take it back', async () => {
    const context = await desk(HOLD);
    const { id } = await proposed(context);
    await click(context, id, 'dana');
    expect(await executeDue(context, 10)).toBe(0);
    expect(await back(context, id, 'lea')).toMatchObject({ outcome: 'refused' });
    expect((await back(context, id, 'dana')).outcome).toBe('decided');
    const after = await look(context, id);
    expect(after).toMatchObject({ state: 'rejected', execution: { state: 'canceled' } });
    expect(after.decisions.map((each) => each.kind)).toEqual(['approve', 'take_back']);
  });

  it('can not be taken back once the write has begun', async () => {
    const context = await desk(HOLD.replace('    hold: 1h\n', ''));
    for (let round = 0; round < 10; round += 1) {
      const { id } = await proposed(context);
      await click(context, id, 'dana');
      const [, result] = await Promise.all([executeDue(context, 10), back(context, id, 'dana')]);
      const after = await look(context, id);
      expect([after.state, result.outcome]).toEqual(
        after.state === 'rejected' ? ['rejected', 'decided'] : ['executed', 'refused'],
      );
      expect(billing.writes.filter((write) => write.key === after.execution?.id)).toHaveLength(
        after.state === 'executed' ? 1 : 0,
      );
    }
  });
});
