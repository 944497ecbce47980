import { describe, expect, it } from 'vitest';
import { propose } from '../../../src/lifecycle/propose.ts';
import { readDecidingPace } from '../../../src/store/pace-of-deciding.ts';
import { testManifests } from '../../support/context.ts';
import { click, desk, deskUnder } from '../../support/deciding-desk.ts';
import { post, proposed, refundAgent } from '../../support/desk.ts';

describe('how people decide', () => {
  it('is counted by agent, without what the agent decided alone', async () => {
    const context = await desk(
      'tiers:\n  - below: 500\n    decide: agent\n  - decide: human\n    approvers: ["@support-leads"]\n',
    );
    expect(await readDecidingPace(context.database, 7)).toEqual([]);
    await proposed(context, { amount: '10.00' });
    for (const verdict of ['approved', 'approved', 'rejected'] as const)
      await click(context, (await proposed(context)).id, 'lea', verdict);
    const [pace, ...others] = await readDecidingPace(context.database, 7);
    expect(others).toEqual([]);
    expect(pace).toMatchObject({ agent: 'refund-agent', decided: 3, approved: 2, quick: 3 });
    expect(pace?.medianMs).toBeLessThan(5_000);
  });
});

describe('an agent that has to say for whom it asks', () => {
  it('proposes nothing without', async () => {
    const context = await deskUnder(
      testManifests(undefined, (files) => ({
        ...files,
        'agents/refund-agent.yml': `${files['agents/refund-agent.yml']}\non_behalf_of: required\n`,
      })),
    );
    expect(await propose(context, refundAgent(context), post())).toEqual({
      outcome: 'invalid_input',
      problems: [{ pointer: '/on_behalf_of', detail: 'refund-agent has to say for whom it asks, by e-mail' }],
    });
    const asked = await propose(context, refundAgent(context), post({ onBehalfOf: 'ann@acme.test' }));
    expect(asked.outcome).toBe('received');
  });
});
