import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { acknowledge } from '../../../src/lifecycle/acknowledge.ts';
import { collect } from '../../../src/lifecycle/collect.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { confirmEnable, disable, enable } from '../../../src/lifecycle/switch.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { coursesAgree } from '../../support/courses.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { collectorOf, heldShipment, silent, timePasses } from '../../support/warehouse.ts';

/** The fulfilment system's own window would make the suite fail by night in New York. */
const open = () =>
  testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/fulfilment.yml': (files['systems/fulfilment.yml'] ?? '').replace(/^ {2}closed:.*\n/m, ''),
  }));

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
beforeAll(async () => {
  db = await freshDatabase();
  context = await testContext({ url: db.appUrl, connectorOf: () => silent, manifests: open() });
});
afterAll(async () => {
  await coursesAgree(context.database);
  await context.close();
  await db.drop();
});

async function handedOut(limit = 10) {
  const collected = await collect(context, collectorOf(context), limit);
  return collected.outcome === 'handed_out' ? collected.events : [];
}
const done = (id: string) =>
  acknowledge(context, collectorOf(context), id, { outcome: 'done', result: { shipment: 's' } });
let next = 5_000;
function fresh(): string {
  next += 1;
  return String(next);
}

describe('collect', () => {
  it('hands out what is approved, and nobody else writes it', async () => {
    const proposal = await heldShipment(context, 'shp_1', fresh());
    expect(await executeDue(context, 10)).toBe(0);
    expect(proposal.state).toBe('approved');
    const [event] = await handedOut();
    expect(event).toMatchObject({
      id: proposal.execution?.id,
      attempt: 1,
      event: { event: 'com.acme.fulfilment.hold', data: { shipment: 'shp_1' } },
    });
    expect((await getProposal(context.database, proposal.id)).state).toBe('executing');
    expect(await handedOut()).toEqual([]);
    expect(await done(event?.id ?? '')).toBe('recorded');
    expect(await getProposal(context.database, proposal.id)).toMatchObject({
      state: 'executed',
      execution: { result: { shipment: 's' } },
    });
  });

  it('hands it out again, under the same id, when the lease is over', async () => {
    await heldShipment(context, 'shp_2', fresh());
    const [first] = await handedOut();
    await timePasses(db.url);
    const [second] = await handedOut();
    expect(second).toEqual({ ...first, attempt: 2 });
    expect(await done(second?.id ?? '')).toBe('recorded');
    await timePasses(db.url);
    expect(await handedOut()).toEqual([]);
  });

  it('keeps to the order in which an account was judged, and hands out other accounts meanwhile', async () => {
    const account = fresh();
    await heldShipment(context, 'one', account);
    await heldShipment(context, 'two', account);
    await heldShipment(context, 'else', fresh());
    const shipments = async () =>
      (await handedOut()).map(({ id, event }) => ({ id, shipment: event.data.shipment }));
    const first = await shipments();
    expect(first.map(({ shipment }) => shipment)).toEqual(['one', 'else']);
    for (const { id } of first) await done(id);
    expect((await shipments()).map(({ shipment }) => shipment)).toEqual(['two']);
  });

  it('of two that ask at once hands each event to one', async () => {
    const proposals = await Promise.all(Array.from({ length: 8 }, () => heldShipment(context, 'x', fresh())));
    const asked = await Promise.all(Array.from({ length: 4 }, () => handedOut(8)));
    const ids = asked.flat().map(({ id }) => id);
    const wanted = proposals
      .map(({ execution }) => execution?.id ?? '')
      .toSorted((a, b) => a.localeCompare(b));
    expect(ids.toSorted((a, b) => a.localeCompare(b))).toEqual(wanted);
    for (const id of ids) await done(id);
  });

  it('hands out nothing while a switch is off', async () => {
    await heldShipment(context, 'shp_3', fresh());
    const person = await member(context, 'ULEE', 'lee@acme.test');
    const second = await member(context, 'UPAT', 'pat@acme.test');
    await disable(context, { scope: 'fulfilment', person, groups: GROUPS }, null);
    expect(await handedOut()).toEqual([]);
    const asked = await enable(context, { scope: 'fulfilment', person, groups: GROUPS });
    expect(asked.outcome).toBe('asked');
    await confirmEnable(context, { scope: 'fulfilment', person: second, groups: GROUPS });
    const events = await handedOut();
    expect(events).toHaveLength(1);
    for (const { id } of events) await done(id);
  });

  it('says how long its window is closed, and hands out nothing then', async () => {
    const manifests = testManifests(TEST_ENV, (files) => ({
      ...files,
      'systems/fulfilment.yml': (files['systems/fulfilment.yml'] ?? '').replace(
        '["03:00-04:30"]',
        '["00:00-23:59", "23:59-00:00"]',
      ),
    }));
    const night = await testContext({ url: db.appUrl, connectorOf: () => silent, manifests });
    const collected = await collect(night, collectorOf(night), 10);
    await night.close();
    expect(collected).toMatchObject({ outcome: 'wait' });
  });
});

describe('acknowledge', () => {
  it('of what the system could not do says so, and pages', async () => {
    const proposal = await heldShipment(context, 'shp_4', fresh());
    const [event] = await handedOut();
    const said = { outcome: 'failed', reason: 'left the dock already' } as const;
    expect(await acknowledge(context, collectorOf(context), event?.id ?? '', said)).toBe('recorded');
    expect(await getProposal(context.database, proposal.id)).toMatchObject({
      state: 'failed',
      execution: { error: 'left the dock already' },
    });
    expect(await done(event?.id ?? '')).toBe('settled_otherwise');
    expect(await acknowledge(context, collectorOf(context), event?.id ?? '', said)).toBe('recorded');
    const types = (await listAudit(context.database, { number: proposal.number })).map(({ type }) => type);
    expect(types.filter((type) => type === 'execution.failed')).toHaveLength(1);
  });

  it('counts when it comes after the lease', async () => {
    const proposal = await heldShipment(context, 'shp_5', fresh());
    const [event] = await handedOut();
    await timePasses(db.url);
    expect(await done(event?.id ?? '')).toBe('recorded');
    expect((await getProposal(context.database, proposal.id)).state).toBe('executed');
  });

  it('of what was never handed out, or to somebody else, is refused', async () => {
    const proposal = await heldShipment(context, 'shp_6', fresh());
    expect(await done(proposal.execution?.id ?? '')).toBe('no_such_event');
    expect(await done('not-an-id')).toBe('no_such_event');
    expect((await getProposal(context.database, proposal.id)).state).toBe('approved');
  });
});
