import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { askLate } from '../../../src/lifecycle/ask-late.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { execute, executeDue } from '../../../src/lifecycle/execute.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { claimExecutions } from '../../../src/store/executions.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { switchOff, switchOn } from '../../../src/store/switches.ts';
import { testContext } from '../../support/context.ts';
import { coursesAgree } from '../../support/courses.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { ownerOf, passed } from '../../support/times.ts';

let db: FreshDatabase;
let owner: postgres.Sql;
let context: Context & { close(): Promise<void> };
let other: typeof context;
let billing: ReturnType<typeof memoryBilling>;

beforeAll(async () => {
  db = await freshDatabase();
  owner = ownerOf(db);
});
afterAll(async () => {
  await owner.end();
  await db.drop();
});
beforeEach(async () => {
  billing = memoryBilling();
  const open = (worker: string) => testContext({ url: db.appUrl, connectorOf: () => billing, worker });
  [context, other] = await Promise.all([open('a'), open('b')]);
  return async () => {
    await owner`delete from system_state`;
    await coursesAgree(context.database);
    await Promise.all([context.close(), other.close()]);
  };
});

const HOUR = 3_600_000;
const lee = { principal: 'person:lee', id: 'ULEE', name: 'Lee' };
const now = ({ id }: Pick<Proposal, 'id'>) => getProposal(context.database, id);
let account = 100;

/** By Lea; below 500.00 by the agent's own tier. */
async function approved(amount = '700.00'): Promise<Proposal> {
  account += 1;
  const { id, digest, state } = await proposed(context, { amount, account: String(account) });
  if (state === 'approved') return now({ id });
  const person = await member(context, 'ULEA', 'lea@acme.test');
  const deciding = { proposalId: id, digest: digest ?? '', verdict: 'approved', reason: null } as const;
  await decide(context, { ...deciding, person, groups: GROUPS });
  return now({ id });
}

async function late(amount?: string): Promise<Proposal> {
  const proposal = await approved(amount);
  await passed(owner, 1.1 * HOUR, [proposal]);
  return proposal;
}

async function lapses({ number }: Proposal): Promise<number> {
  const events = await listAudit(context.database, { number });
  return events.filter(({ type }) => type === 'approval.lapsed').length;
}

const OLD =
  "the approval was not used in time; Billing ledger can't be read now, and its record is shown as it was read before";

describe('what was approved and not begun in time', () => {
  it('is asked again with a new digest, by the record as it is now', async () => {
    const [inTime, proposal] = [await approved(), await late()];
    billing.record = { ...billing.record, balance: '90.00' };
    expect(await askLate(context)).toBe(1);
    const after = await now(proposal);
    expect(after).toMatchObject({
      state: 'pending',
      round: 2,
      execution: null,
      before: { balance: '90.00' },
    });
    expect(after.askedAgain).toBe('the approval was not used in time');
    expect(after.digest).not.toBe(proposal.digest);
    expect(await owner`select 1 from outbox where topic = 'card' and ref = ${proposal.id}`).toHaveLength(1);
    expect(await askLate(context)).toBe(0);
    expect((await now(inTime)).state).toBe('approved');
    await executeDue(context, 10);
    expect(billing.writes).toHaveLength(1);
  });

  it('is asked again though its system is paused, by the record as it was', async () => {
    const proposal = await late();
    await owner`insert into system_state (system, paused_until) values ('billing', now() + interval '1 day')
      on conflict (system) do update set paused_until = excluded.paused_until`;
    expect(await executeDue(context, 10)).toBe(0);
    expect(await askLate(context)).toBe(1);
    expect(await now(proposal)).toMatchObject({ state: 'pending', round: 2, askedAgain: OLD });
  });

  it('is asked again though its system does not answer', async () => {
    const proposal = await late();
    billing.read = () => new Promise(() => {});
    await askLate(context);
    expect(await now(proposal)).toMatchObject({ state: 'pending', round: 2, askedAgain: OLD });
  });

  it.each(['700.00', '20.00'])('is asked again once of %s, whoever sweeps at once', async (amount) => {
    const all = [await late(amount), await late(amount), await late(amount)];
    await Promise.all([context, other, context, other].map((each) => askLate(each)));
    expect(await Promise.all(all.map(lapses))).toEqual([1, 1, 1]);
    const state = amount === '20.00' ? 'approved' : 'pending';
    for (const proposal of all) expect(await now(proposal)).toMatchObject({ state, round: 2 });
    await executeDue(context, 10);
    expect(billing.writes).toHaveLength(amount === '20.00' ? 3 : 0);
  });

  it('is left to who has it in hand, who asks again', async () => {
    const proposal = await late();
    const [claim] = await claimExecutions(context.database, 'holder', 60_000, 10);
    if (claim?.proposalId !== proposal.id) throw new Error('it was not claimed');
    expect(await askLate(other)).toBe(0);
    await Promise.all([execute(context, claim), askLate(other)]);
    expect(await now(proposal)).toMatchObject({ state: 'pending', round: 2 });
    expect(await lapses(proposal)).toBe(1);
    expect(billing.writes).toHaveLength(0);
  });

  it('waits while it is switched off, and has the time back when it is on again', async () => {
    const proposal = await approved();
    await switchOff(context.database, 'billing', lee, null);
    await passed(owner, 3 * HOUR, [proposal]);
    expect(await askLate(context)).toBe(0);
    await switchOn(context.database, 'billing', lee, null);
    expect(await askLate(context)).toBe(0);
    expect(await now(proposal)).toMatchObject({ state: 'approved', round: 1 });
    await passed(owner, 1.1 * HOUR, [proposal]);
    expect(await askLate(context)).toBe(1);
    expect(await now(proposal)).toMatchObject({ state: 'pending', round: 2 });
  });
});
