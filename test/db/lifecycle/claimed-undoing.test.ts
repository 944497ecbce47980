import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/lifecycle/decide.ts';
import { disable } from '../../../src/lifecycle/switch.ts';
import { beginExecution, type Claim, claimExecutions } from '../../../src/store/executions.ts';
import { GROUPS, member, proposed } from '../../support/desk.ts';
import {
  confirmed,
  context,
  db,
  pat,
  planned,
  refunded,
  timePasses,
  workOff,
} from '../../support/rollback-desk.ts';

/** A refund that a person approved and nobody has written yet. */
async function approved(): Promise<void> {
  const { id, digest } = await proposed(context);
  const person = await member(context, 'ULEA', 'lea@acme.test');
  const deciding = { proposalId: id, digest: digest ?? '', verdict: 'approved', reason: null } as const;
  await decide(context, { ...deciding, person, groups: GROUPS });
}

async function claimedUndoing(): Promise<Claim> {
  await refunded();
  const plan = await planned();
  await confirmed(plan);
  const [claim] = await claimExecutions(context.database, 'test', 60_000, 1);
  if (claim?.kind !== 'compensate') throw new Error('no undoing was claimed');
  return claim;
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

  it('that somebody has claimed does not begin once rollbacks are switched off', async () => {
    const claim = await claimedUndoing();
    const person = await pat();
    await disable(context, { scope: 'rollback', person, groups: GROUPS }, null);
    expect(await beginExecution(context.database, claim, 1_000)).toBe('disabled');
  });

  it('that somebody has claimed does not begin once its rollback has stopped', async () => {
    const claim = await claimedUndoing();
    const owner = postgres(db.url, { max: 1 });
    await owner`alter table rollback disable trigger user`;
    await owner`update rollback set state = 'stopped'`;
    await owner.end();
    expect(await beginExecution(context.database, claim, 1_000)).toBe('changed');
  });
});
