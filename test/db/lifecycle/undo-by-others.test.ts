import { describe, expect, it } from 'vitest';
import { type Acknowledgement, acknowledge } from '../../../src/lifecycle/acknowledge.ts';
import { collect } from '../../../src/lifecycle/collect.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { settleManual } from '../../../src/lifecycle/settle-manual.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { GROUPS, member } from '../../support/desk.ts';
import {
  another,
  confirmed,
  context,
  db,
  planned,
  seen,
  timePasses,
  workOff,
} from '../../support/rollback-desk.ts';
import {
  approved,
  collectorOf,
  heldShipment,
  proposedBy,
  timePasses as timePassesForMachines,
} from '../../support/warehouse.ts';

const DONE: Acknowledgement = { outcome: 'done', result: {} };

async function handedOut(on = context) {
  const collected = await collect(on, collectorOf(on), 10);
  if (collected.outcome !== 'handed_out') throw new Error('nothing is handed out now');
  return collected.events;
}
const ack = (id: string, said: Acknowledgement = DONE) =>
  acknowledge(context, collectorOf(context), id, said);

/** Held by the system, which said so. */
async function held(shipment: string, account: string) {
  const proposal = await heldShipment(context, shipment, account);
  for (const { id } of await handedOut()) await ack(id);
  return proposal;
}

describe('undoing what a system has collected', () => {
  it('is collected by the system too, once, with what was planned, and said by it', async () => {
    const { id, number } = await held('shp_1', '4471');
    const plan = await planned();
    expect(plan.items).toMatchObject([{ class: 'undo', why: 'Fulfilment batch collects it' }]);
    expect(await handedOut()).toEqual([]);
    await confirmed(plan);
    expect(await executeDue(context, 10)).toBe(0);
    const [event, ...more] = await handedOut();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      number,
      account: '4471',
      attempt: 1,
      event: { event: 'com.acme.fulfilment.release', data: { shipment: 'shp_1' } },
    });
    expect(event?.receipt.split('.')).toHaveLength(3);
    expect(await handedOut()).toEqual([]);
    expect((await getProposal(context.database, id)).undoing).toMatchObject({ state: 'started' });
    expect(await ack(event?.id ?? '')).toBe('recorded');
    expect(await ack(event?.id ?? '')).toBe('recorded');
    expect(await ack(event?.id ?? '', { outcome: 'failed', reason: 'no' })).toBe('settled_otherwise');
    expect((await workOff(plan.id)).state).toBe('done');
    expect((await getProposal(context.database, id)).state).toBe('rolled_back');
    const types = (await listAudit(context.database, { number })).map((each) => each.type);
    expect(types.filter((type) => type === 'proposal.rolled_back')).toHaveLength(1);
  });

  it('comes again under its id when nothing was said in its time, and counts once', async () => {
    await held('shp_2', '1');
    const plan = await planned();
    await confirmed(plan);
    const [first] = await handedOut();
    await timePasses();
    const [second] = await handedOut();
    expect(second).toEqual({ ...first, attempt: 2 });
    const both = await Promise.all([ack(second?.id ?? ''), ack(second?.id ?? '')]);
    expect(both).toEqual(['recorded', 'recorded']);
    expect((await workOff(plan.id)).items.map((item) => item.state)).toEqual(['undone']);
    const events = await listAudit(context.database, { account: '1' });
    expect(events.filter((each) => each.type === 'proposal.rolled_back')).toHaveLength(1);
  });

  it('that the system could not do stays as it was written, with its reason', async () => {
    const { id } = await held('shp_3', '2');
    const plan = await planned();
    await confirmed(plan);
    const [event] = await handedOut();
    await ack(event?.id ?? '', { outcome: 'failed', reason: 'it has left the dock' });
    expect((await workOff(plan.id)).items).toMatchObject([{ state: 'failed', why: 'it has left the dock' }]);
    expect((await getProposal(context.database, id)).state).toBe('executed');
  });

  it('stops where rollbacks are stopped, and goes on in another process', async () => {
    await held('shp_4', '3');
    const plan = await planned();
    await confirmed(plan);
    await context.database.sql`select switch_off('rollback', '{"principal":"x","id":"U"}', null)`;
    expect(await handedOut()).toEqual([]);
    await context.database.sql`select switch_on('rollback', '{"principal":"x","id":"U"}', null)`;
    const other = await another('other');
    expect(await handedOut(other)).toHaveLength(1);
    await other.close();
  });
});

let next = 0;
/** An operator; Kim, who answers for the system, owns the agent that asked. */
const hands = () => member(context, 'UDANA', 'dana@acme.test');

/** Adjusted by Dana's hand, who said so. */
async function adjusted() {
  next += 1;
  const input = { sku: `SKU-${next}`, delta: -3, unit_price: '12.50' };
  const { id } = await approved(
    context,
    await proposedBy(context, 'warehouse-agent', { action: 'inventory.adjust_stock', input }),
    await member(context, 'ULEA', 'lea@acme.test'),
  );
  await executeDue(context, 10);
  await settle(id);
  return getProposal(context.database, id);
}

async function settle(proposalId: string, fields: Partial<Parameters<typeof settleManual>[1]> = {}) {
  const evidence = 'Booking 77';
  const person = await hands();
  return settleManual(context, { proposalId, done: true, evidence, person, groups: GROUPS, ...fields });
}

describe('undoing what a person has done', () => {
  it('is given to a person with the instructions that were confirmed, and waits for what they say', async () => {
    const { id, number, state } = await adjusted();
    expect(state).toBe('executed');
    const plan = await planned();
    const steps = 'INV > ADJ > SKU-1, quantity 3, reason 45.';
    expect(plan.items).toMatchObject([{ class: 'undo', why: `by hand: ${steps}` }]);
    expect(await settle(id)).toMatchObject({ outcome: 'refused' });
    await confirmed(plan);
    expect(await executeDue(context, 10)).toBe(1);
    const { undoing } = await getProposal(context.database, id);
    expect(undoing).toMatchObject({ state: 'started', request: { instructions: steps } });
    await timePassesForMachines(db.url);
    expect(await executeDue(context, 10)).toBe(0);
    expect((await seen(plan.id)).state).toBe('running');

    const results = await Promise.all([settle(id), settle(id, { evidence: 'Booking 78' })]);
    expect(results.map((each) => each.outcome).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'refused',
      'settled',
    ]);
    expect(results).toContainEqual(expect.objectContaining({ what: 'undo', agrees: null }));
    expect((await workOff(plan.id)).state).toBe('done');
    expect((await getProposal(context.database, id)).state).toBe('rolled_back');
    const told = (await listAudit(context.database, { number })).filter(
      (each) => each.type === 'proposal.rolled_back',
    );
    expect(told).toMatchObject([{ actor: (await hands()).principal, data: { by: { name: 'dana' } } }]);
  });

  it('that could not be done is said so, with the reason, and is nobody else’s to say', async () => {
    const { id } = await adjusted();
    const plan = await planned();
    await confirmed(plan);
    await executeDue(context, 10);
    const sam = await member(context, 'USAM', 'sam@acme.test');
    expect(await settle(id, { person: sam })).toMatchObject({ outcome: 'refused' });
    expect(await settle(id, { evidence: ' ' })).toMatchObject({ outcome: 'refused' });
    await settle(id, { done: false, evidence: 'counted again, the stock is right' });
    const after = await workOff(plan.id);
    expect(after.items).toMatchObject([{ state: 'failed', why: 'counted again, the stock is right' }]);
    expect((await getProposal(context.database, id)).state).toBe('executed');
  });
});
