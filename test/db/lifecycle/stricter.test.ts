import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { tightenPending } from '../../../src/lifecycle/tighten.ts';
import { withdraw } from '../../../src/lifecycle/withdraw.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { testManifests } from '../../support/context.ts';
import { billing, click, desk, deskUnder, look } from '../../support/deciding-desk.ts';
import { proposed } from '../../support/desk.ts';

const LEADS = 'tiers:\n  - decide: human\n    approvers: ["@support-leads"]\n';
const NAMED = 'tiers:\n  - decide: named\n    approvers: [dana@acme.test]\n';
const ALONE =
  'tiers:\n  - below: 5000\n    decide: agent\n  - decide: human\n    approvers: ["@support-leads"]\n';

async function types(context: Context, number: number): Promise<string[]> {
  return (await listAudit(context.database, { number })).map(({ type }) => type).reverse();
}

describe('an approval under a policy that has become stricter since', () => {
  it('is asked again in a round of its own, by the policy of today, and nothing of it is written', async () => {
    const yesterday = await desk(LEADS);
    const { id, number, digest } = await proposed(yesterday);
    await click(yesterday, id, 'lea');
    const today = await desk(NAMED);
    await executeDue(today, 10);
    const asked = await look(today, id);
    expect(asked).toMatchObject({
      state: 'pending',
      round: 2,
      decide: 'named',
      policy: today.manifests.digest,
      askedAgain: 'the policy has become stricter: dana@acme.test decides it now',
      execution: null,
    });
    expect(asked.digest).not.toBe(digest);
    expect(billing.writes).toHaveLength(0);
    expect(await click(today, id, 'lea')).toMatchObject({ outcome: 'refused' });
    expect((await click(today, id, 'dana')).outcome).toBe('decided');
    await executeDue(today, 10);
    expect((await look(today, id)).state).toBe('executed');
    expect(billing.writes).toHaveLength(1);
    expect(await types(today, number)).toEqual([
      'proposal.received',
      'proposal.judged',
      'decision.recorded',
      'approval.lapsed',
      'proposal.judged',
      'decision.recorded',
      'execution.started',
      'execution.executed',
    ]);
  });

  it('holds for what the agent decided alone too', async () => {
    const yesterday = await desk(ALONE);
    const { id } = await proposed(yesterday);
    expect((await look(yesterday, id)).state).toBe('approved');
    const today = await desk(LEADS);
    await executeDue(today, 10);
    expect(await look(today, id)).toMatchObject({ state: 'pending', decide: 'human', round: 2 });
    expect(billing.writes).toHaveLength(0);
  });

  it('is written as it was judged where the policy is looser, or only another file changed', async () => {
    const yesterday = await desk(NAMED);
    const { id, policy } = await proposed(yesterday);
    await click(yesterday, id, 'dana');
    const today = await desk(ALONE);
    await executeDue(today, 10);
    expect(await look(today, id)).toMatchObject({ state: 'executed', round: 1, policy });
  });

  it('is blocked where today’s policy takes no such proposal', async () => {
    const yesterday = await desk(LEADS);
    const { id } = await proposed(yesterday);
    await click(yesterday, id, 'lea');
    const today = await deskUnder(
      testManifests(undefined, (files) => ({
        ...files,
        'agents/refund-agent.yml': (files['agents/refund-agent.yml'] ?? '').replace('billing.refund, ', ''),
      })),
    );
    await executeDue(today, 10);
    expect(await look(today, id)).toMatchObject({
      state: 'blocked',
      blocked: 'the policy has become stricter: refund-agent may not propose billing.refund any more',
    });
    expect(billing.writes).toHaveLength(0);
  });

  it('is asked again once by three processes that claim it at the same moment', async () => {
    const yesterday = await desk(LEADS);
    const all = await Promise.all(Array.from({ length: 8 }, () => proposed(yesterday)));
    for (const { id } of all) await click(yesterday, id, 'lea');
    const today = await Promise.all([desk(NAMED), desk(NAMED), desk(NAMED)]);
    // One account's writes go one after the other.
    while ((await Promise.all(today.map((each) => executeDue(each, 8)))).some((claimed) => claimed > 0));
    for (const { id } of all)
      expect(await look(yesterday, id)).toMatchObject({ state: 'pending', round: 2, decide: 'named' });
    expect(billing.writes).toHaveLength(0);
  });
});

describe('what waits when a process begins under a stricter policy', () => {
  it('is asked again by it before anybody approves what would only be asked anew; each is looked at once', async () => {
    const yesterday = await desk(LEADS);
    const [first, second] = [await proposed(yesterday), await proposed(yesterday)];
    const old = first.digest;
    const today = await desk(NAMED);
    const seen = await tightenPending(today, 0);
    expect(seen).toBe(second.number);
    expect(await look(today, first.id)).toMatchObject({ state: 'pending', round: 2, decide: 'named' });
    expect((await look(today, first.id)).digest).not.toBe(old);
    expect(await tightenPending(today, seen)).toBe(seen);
  });

  it('stays as it is where the policy is looser, and where somebody was faster', async () => {
    const yesterday = await desk(NAMED);
    const { id } = await proposed(yesterday);
    await tightenPending(await desk(ALONE), 0);
    expect(await look(yesterday, id)).toMatchObject({ state: 'pending', round: 1 });
    for (let round = 0; round < 5; round += 1) {
      const other = await proposed(yesterday);
      await Promise.all([
        tightenPending(await desk(LEADS.replace('@support-leads', '@other')), 0),
        withdraw(yesterday, other.id),
      ]);
      expect((await look(yesterday, other.id)).state).toBe('withdrawn');
    }
  });
});
