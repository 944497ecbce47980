import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { disable } from '../../../src/lifecycle/switch.ts';
import { beginExecution, type Claim, claimExecutions } from '../../../src/store/executions.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { GROUPS, member, proposed } from '../../support/desk.ts';
import { LOST } from '../../support/refund-ledger.ts';
import {
  confirmed,
  context,
  db,
  ledger,
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

  it('goes on past a write of the account whose answer was lost, which is looked up and not sent again', async () => {
    const written = await refunded();
    ledger.answers.push(LOST);
    const doubtful = await refunded({ amount: '600.00' });
    expect(doubtful.state).toBe('executing');
    const plan = await planned();
    await confirmed(plan);
    expect((await getProposal(context.database, doubtful.id)).paused).not.toBeNull();
    await timePasses();
    const { items } = await workOff(plan.id);
    expect(items.find(({ proposal }) => proposal === written.id)?.state).toBe('undone');
    expect(await getProposal(context.database, doubtful.id)).toMatchObject({
      state: 'executed',
      execution: { attempts: 1 },
    });
  });

  it('whose answer was lost is not sent again once rollbacks are switched off: it is unknown', async () => {
    await refunded();
    const plan = await planned();
    await confirmed(plan);
    ledger.answers.push(LOST);
    await executeDue(context, 10);
    await disable(context, { scope: 'rollback', person: await pat(), groups: GROUPS }, null);
    await timePasses();
    expect((await workOff(plan.id)).items.map(({ state }) => state)).toEqual(['unknown']);
    expect(ledger.voided).toHaveLength(1);
  });
});
