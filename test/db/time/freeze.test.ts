import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { escalateDue } from '../../../src/lifecycle/escalate.ts';
import { expireDue } from '../../../src/lifecycle/expire.ts';
import { saveCards } from '../../../src/store/cards.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { switchOff, switchOn } from '../../../src/store/switches.ts';
import { testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { ownerOf, passed, withTimes } from '../../support/times.ts';

let db: FreshDatabase;
let owner: postgres.Sql;
let context: Context & { close(): Promise<void> };

beforeAll(async () => {
  db = await freshDatabase();
  owner = ownerOf(db);
  const billing = memoryBilling();
  const manifests = testManifests(undefined, withTimes);
  context = await testContext({ url: db.appUrl, connectorOf: () => billing, manifests });
});
afterAll(async () => {
  await context.close();
  await owner.end();
  await db.drop();
});

const MINUTE = 60_000;
const lee = { principal: 'person:lee', id: 'ULEE', name: 'Lee' };
const now = ({ id }: Pick<Proposal, 'id'>) => getProposal(context.database, id);
const off = (scope: string) => switchOff(context.database, scope, lee, null);
const on = (scope: string) => switchOn(context.database, scope, lee, null);

const pass = (ms: number, proposals: readonly Pick<Proposal, 'id'>[]) => passed(owner, ms, proposals);

async function stepsOf({ id }: Pick<Proposal, 'id'>): Promise<number[]> {
  const rows = await owner<{ due_at: Date }[]>`select due_at from step where proposal_id = ${id} order by n`;
  return rows.map((row) => row.due_at.getTime());
}

/** How much later each clock of it ends than it did when it was judged, to the second. */
async function gained(before: Proposal, passedMs: number): Promise<Record<string, number>> {
  const after = await now(before);
  const gain = (was: Date | null, is: Date | null) =>
    Math.round(((is?.getTime() ?? 0) + passedMs - (was?.getTime() ?? 0)) / 1_000);
  const [step = 0] = await stepsOf(before);
  return {
    expires: gain(before.expiresAt, after.expiresAt),
    due: gain(before.dueAt, after.dueAt),
    step: gain(new Date((before.judgedAt?.getTime() ?? 0) + 15 * MINUTE), new Date(step)),
  };
}

const all = (seconds: number) => ({ expires: seconds, due: seconds, step: seconds });

describe('the kill switch', () => {
  it('gives every clock back the time in which it was off', async () => {
    const proposal = await proposed(context);
    await pass(5 * MINUTE, [proposal]);
    await off('billing');
    await pass(20 * MINUTE, [proposal]);
    await on('billing');
    expect(await gained(proposal, 25 * MINUTE)).toEqual(all(20 * 60));
    const [moved] =
      await owner`select data from audit_event where stream = ${proposal.id} and type = 'proposal.clocks_moved'`;
    expect(moved?.data).toMatchObject({ because: 'billing was switched off' });
  });

  it('gives the time of switches that overlap back once', async () => {
    const proposal = await proposed(context);
    await off('all');
    await pass(10 * MINUTE, [proposal]);
    await off('refund-agent');
    await pass(10 * MINUTE, [proposal]);
    await on('all');
    expect(await gained(proposal, 20 * MINUTE)).toEqual(all(10 * 60));
    await pass(10 * MINUTE, [proposal]);
    await on('refund-agent');
    expect(await gained(proposal, 30 * MINUTE)).toEqual(all(30 * 60));
  });

  it('gives back nothing to what it did not hold, nor for a time before it was there', async () => {
    await off('warehouse-agent');
    const other = await proposed(context);
    await pass(10 * MINUTE, [other]);
    await on('warehouse-agent');
    expect(await gained(other, 10 * MINUTE)).toEqual(all(0));
  });

  it('lets nothing expire or escalate meanwhile, and people may still decide when the time would be over', async () => {
    const proposal = await proposed(context);
    await off('refunds');
    await pass(9 * 60 * MINUTE, [proposal]);
    expect(await expireDue(context)).toBe(0);
    expect(await escalateDue(context)).toBe(0);
    const lea = await member(context, 'ULEA', 'lea@acme.test');
    const click = { proposalId: proposal.id, digest: proposal.digest ?? '', reason: null, groups: GROUPS };
    expect(await decide(context, { ...click, verdict: 'approved', person: lea })).toMatchObject({
      outcome: 'decided',
    });
    await pass(2 * 60 * MINUTE, [proposal]);
    await on('refunds');
    const { executeBy, readAt } = await now(proposal);
    expect(Math.round(((executeBy?.getTime() ?? 0) - readAt.getTime()) / MINUTE)).toBe(60);
  });

  it('does not bring back what was over before', async () => {
    const proposal = await proposed(context);
    await pass(9 * 60 * MINUTE, [proposal]);
    await off('refunds');
    const lea = await member(context, 'ULEA', 'lea@acme.test');
    const click = { proposalId: proposal.id, digest: proposal.digest ?? '', reason: null, groups: GROUPS };
    expect(await decide(context, { ...click, verdict: 'approved', person: lea })).toMatchObject({
      outcome: 'refused',
    });
    await on('refunds');
    await expireDue(context);
    expect((await now(proposal)).state).toBe('expired');
  });
});

describe('a card that could not be delivered', () => {
  const tried = (proposal: Proposal) =>
    owner`update outbox set last_error = 'Slack did not answer' where topic = 'card' and ref = ${proposal.id}`;
  const shown = ({ id, round }: Proposal) =>
    saveCards(context.database, [
      { channel: 'C1', ts: id, proposalId: id, target: '#x', round, form: 'card', shown: null },
    ]);

  it('holds its clocks, and gives the time back once people can see it', async () => {
    const proposal = await proposed(context);
    await tried(proposal);
    await pass(9 * 60 * MINUTE, [proposal]);
    expect(await expireDue(context)).toBe(0);
    expect(await escalateDue(context)).toBe(0);
    await shown(proposal);
    expect(await gained(proposal, 9 * 60 * MINUTE)).toEqual(all(9 * 3600));
  });

  it('is no reason to give back less than a minute', async () => {
    const proposal = await proposed(context);
    await tried(proposal);
    await pass(MINUTE / 2, [proposal]);
    await shown(proposal);
    expect(await gained(proposal, MINUTE / 2)).toEqual(all(0));
  });

  it('gives what a switch gave back not twice', async () => {
    const proposal = await proposed(context);
    await tried(proposal);
    await pass(10 * MINUTE, [proposal]);
    await off('refunds');
    await pass(10 * MINUTE, [proposal]);
    await on('refunds');
    await pass(10 * MINUTE, [proposal]);
    await shown(proposal);
    expect(await gained(proposal, 30 * MINUTE)).toEqual(all(30 * 60));
  });

  it('holds nothing for more than a day', async () => {
    const proposal = await proposed(context);
    await tried(proposal);
    await pass(33 * 60 * MINUTE, [proposal]);
    expect(await expireDue(context)).toBe(1);
  });
});
