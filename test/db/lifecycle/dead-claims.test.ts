import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/lifecycle/decide.ts';
import { claimExecutions } from '../../../src/store/executions.ts';
import { GROUPS, member, proposed } from '../../support/desk.ts';
import { confirmed, context, planned, refunded, timePasses, workOff } from '../../support/rollback-desk.ts';

/** A refund that a person approved and nobody has written yet. */
async function approved(): Promise<void> {
  const { id, digest } = await proposed(context);
  const person = await member(context, 'ULEA', 'lea@acme.test');
  const deciding = { proposalId: id, digest: digest ?? '', verdict: 'approved', reason: null } as const;
  await decide(context, { ...deciding, person, groups: GROUPS });
}

describe('an undoing', () => {
  it('is not held up by who claimed another write of the account and died before it began', async () => {
    await refunded();
    await approved();
    await claimExecutions(context.database, 'dying', 150_000, 1);
    const plan = await planned();
    await confirmed(plan);
    expect((await workOff(plan.id)).items.map(({ state }) => state)).toEqual(['planned']);
    await timePasses();
    expect((await workOff(plan.id)).items.map(({ state }) => state)).toEqual(['undone']);
  });
});
