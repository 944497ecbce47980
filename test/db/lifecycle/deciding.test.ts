import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { billing, click, desk, fresh, look } from '../../support/deciding-desk.ts';
import { proposed } from '../../support/desk.ts';

describe('a quorum of two', () => {
  const TWO =
    'tiers:\n  - decide: human\n    approvers: ["@support-leads", dana@acme.test]\n    approvals: 2\n';

  it('takes two different people, and writes only then', async () => {
    const context = await desk(TWO);
    const { id } = await proposed(context);
    expect((await click(context, id, 'lea')).outcome).toBe('decided');
    expect(await look(context, id)).toMatchObject({ state: 'pending', expiresAt: null });
    expect((await click(context, id, 'lea')).outcome).toBe('repeated');
    expect(await executeDue(context, 10)).toBe(0);
    expect((await click(context, id, 'max')).outcome).toBe('decided');
    const after = await look(context, id);
    expect(after).toMatchObject({ state: 'approved' });
    expect(after.decisions.map((each) => each.by.name)).toEqual(['lea', 'max']);
  });

  it('is settled by one rejection, and by who approved it no more', async () => {
    const context = await desk(TWO);
    const { id } = await proposed(context);
    await click(context, id, 'lea');
    expect(await click(context, id, 'lea', 'rejected')).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining('You approved'),
    });
    await click(context, id, 'dana', 'rejected');
    expect((await look(context, id)).state).toBe('rejected');
  });

  it('counts two at the same instant as two', async () => {
    const context = await desk(TWO);
    for (let round = 0; round < 10; round += 1) {
      const { id } = await proposed(context);
      await Promise.all([click(context, id, 'lea'), click(context, id, 'max')]);
      expect((await look(context, id)).state).toBe('approved');
    }
  });
});

describe('a condition', () => {
  it('asks for more where it holds, and only there', async () => {
    const context = await desk(
      "tiers:\n  - when: input.invoice == 'inv_9'\n    decide: named\n    approvers: [dana@acme.test]\n  - decide: agent\n",
    );
    expect(await proposed(context)).toMatchObject({ decide: 'named', state: 'pending' });
    billing.record = {
      ...billing.record,
      invoices: [
        { id: 'inv_9', state: 'paid' },
        { id: 'inv_1', state: 'paid' },
      ],
    };
    expect(
      await proposed(context, { input: { account: '4471', invoice: 'inv_1', amount: '9000.00' } }),
    ).toMatchObject({ decide: 'agent' });
  });
});

describe('the floor', () => {
  const ALONE =
    'tiers:\n  - below: 500\n    decide: agent\n  - decide: human\n    approvers: ["@support-leads"]\n';

  it('keeps from the agent what can not be undone', async () => {
    const low = await desk(ALONE, { irreversible: true });
    expect((await proposed(low, { amount: '10.00' })).decide).toBe('agent');
    const floored = await desk(ALONE, { irreversible: true, org: 'floor: { irreversible: human }\n' });
    expect(await proposed(floored, { amount: '10.00' })).toMatchObject({
      decide: 'human',
      why: "10.00 is below 500.00; it can't be undone",
    });
  });
});

describe('a budget', () => {
  const BUDGET = `budget: { per_account: 500/day, per_agent: 5000/day }
tiers:
  - below: 500
    decide: agent
  - decide: human
    approvers: ["@support-leads"]
`;

  /** `BUDGET_ROUNDS=1000`: so many times twelve at once. */
  const ROUNDS = Number(process.env.BUDGET_ROUNDS ?? 1);
  it(
    'asks a human as soon as the sum says so: twelve of 499.00 at once on three processes',
    async () => {
      const budget = BUDGET.replace('5000/day', `${ROUNDS * 500}/day`);
      const desks = await Promise.all([desk(budget), desk(budget), desk(budget)]);
      for (let round = 0; round < ROUNDS; round += 1) await twelveAtOnce(desks);
    },
    30_000 + ROUNDS * 1_000,
  );

  async function twelveAtOnce(desks: readonly Context[]): Promise<void> {
    const target = fresh();
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        proposed(desks[index % 3] as Context, { amount: '499.00', account: target }),
      ),
    );
    expect(all.filter((each) => each.decide === 'agent')).toHaveLength(1);
    expect(all.filter((each) => each.state === 'pending')).toHaveLength(11);
    expect(all.find((each) => each.decide === 'human')?.why).toBe(
      `499.00 is below 500.00; the agent may decide 500.00 in all for account ${target}, and this would pass it`,
    );
  }

  it('lets the agent go up to it exactly, and not a cent further', async () => {
    const context = await desk(BUDGET);
    const target = fresh();
    expect((await proposed(context, { amount: '250.00', account: target })).decide).toBe('agent');
    expect((await proposed(context, { amount: '250.00', account: target })).decide).toBe('agent');
    expect((await proposed(context, { amount: '0.01', account: target })).decide).toBe('human');
  });

  it('is one for the agent over all accounts too', async () => {
    const context = await desk(BUDGET.replace('5000/day', '900/day'));
    expect((await proposed(context, { amount: '450.00', account: fresh() })).decide).toBe('agent');
    expect((await proposed(context, { amount: '450.00', account: fresh() })).decide).toBe('agent');
    expect(await proposed(context, { amount: '1.00', account: fresh() })).toMatchObject({
      decide: 'human',
      why: '1.00 is below 500.00; the agent may decide 900.00 in all for refund-agent, and this would pass it',
    });
  });
});

describe('a tier picked by the sum', () => {
  const SUM = `cumulative: { per: account, within: 24h }
tiers:
  - up_to: 1000
    decide: human
    approvers: ["@support-leads"]
  - decide: named
    approvers: [dana@acme.test]
`;

  it('counts what was proposed for the account before, and says the sum', async () => {
    const context = await desk(SUM);
    const target = fresh();
    expect((await proposed(context, { amount: '600.00', account: target })).decide).toBe('human');
    expect(await proposed(context, { amount: '600.00', account: target })).toMatchObject({
      decide: 'named',
      why: '600.00 (1200.00 with what was proposed before) is above 1000.00',
    });
    expect((await proposed(context, { amount: '600.00', account: fresh() })).decide).toBe('human');
  });

  it('is right for six at once', async () => {
    const context = await desk(SUM);
    const target = fresh();
    const all = await Promise.all(
      Array.from({ length: 6 }, () => proposed(context, { amount: '400.00', account: target })),
    );
    expect(all.filter((each) => each.decide === 'human')).toHaveLength(2);
  });
});
