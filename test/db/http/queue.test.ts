import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFulfilment } from '../../../src/demo/fulfilment/fulfilment.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { openDoor, type TestDoor } from '../../support/door.ts';
import { heldShipment, silent } from '../../support/warehouse.ts';

let db: FreshDatabase;
let context: Awaited<ReturnType<typeof testContext>>;
let door: TestDoor;
beforeAll(async () => {
  db = await freshDatabase();
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/fulfilment.yml': (files['systems/fulfilment.yml'] ?? '').replace(/^ {2}closed:.*\n/m, ''),
  }));
  context = await testContext({ url: db.appUrl, connectorOf: () => silent, manifests });
  door = await openDoor(context, { publicUrl: 'https://gate.acme.test' });
});
afterAll(async () => {
  await door.close();
  await context.close();
  await db.drop();
});

const TOKEN = TEST_ENV.FULFILMENT_TOKEN ?? '';

async function call(path: string, options: { token?: string; body?: unknown; method?: string } = {}) {
  const { token = TOKEN, body } = options;
  const response = await fetch(`${door.url}${path}`, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: said(await response.json()) };
}

/** Some of what answers hold; a batch of events is a list. */
interface Said extends Array<{ id: string }> {
  readonly events: readonly unknown[];
  readonly next_after: number;
}

function said(body: unknown): Said {
  return Object(body);
}

const events = '/v1/queues/fulfilment/events';

describe('GET /v1/queues/{system}/events', () => {
  it('gives CloudEvents 1.0 in a batch, and takes what became of each', async () => {
    const proposal = await heldShipment(context, 'shp_1', '1');
    const { status, headers, body } = await call(events);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/cloudevents-batch+json');
    expect(body).toEqual([
      {
        specversion: '1.0',
        id: proposal.execution?.id,
        source: 'https://gate.acme.test/v1/queues/fulfilment',
        type: 'com.acme.fulfilment.hold',
        subject: '1',
        time: expect.stringMatching(/Z$/),
        datacontenttype: 'application/json',
        data: { account: '1', shipment: 'shp_1', value: '120.00' },
        proposalnumber: proposal.number,
        attempt: 1,
        countersignreceipt: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      },
    ]);
    const ack = `${events}/${body[0]?.id}/ack`;
    expect(await call(ack, { body: { outcome: 'perhaps' } })).toMatchObject({ status: 422 });
    expect(await call(ack, { body: { outcome: 'done', result: { dock: 4 } } })).toMatchObject({
      status: 200,
    });
    expect(await call(ack, { body: { outcome: 'done' } })).toMatchObject({ status: 200 });
    expect(await call(ack, { body: { outcome: 'failed' } })).toMatchObject({ status: 409 });
    const after = await getProposal(context.database, proposal.id);
    expect(after).toMatchObject({ state: 'executed', execution: { result: { dock: 4 } } });
  });

  it('answers nobody but the system, by its own token', async () => {
    const { REFUND_AGENT_KEY = '', BILLING_TOKEN = '', CRM_TOKEN = '' } = TEST_ENV;
    for (const token of ['x', REFUND_AGENT_KEY, BILLING_TOKEN])
      expect(await call(events, { token }), token).toMatchObject({ status: 401 });
    for (const system of ['billing', 'crm', 'inventory', 'nothing', 'constructor'])
      expect(await call(`/v1/queues/${system}/events`, { token: CRM_TOKEN }), system).toMatchObject({
        status: 401,
      });
  });

  it('says what is wrong with a limit', async () => {
    for (const limit of ['0', '101', 'x', '-1'])
      expect(await call(`${events}?limit=${limit}`), limit).toMatchObject({ status: 400 });
  });
});

describe('POST /v1/queues/{system}/inbox', () => {
  const inbox = '/v1/queues/fulfilment/inbox';
  const event = {
    specversion: '1.0',
    id: 'e1',
    source: '/batch',
    type: 'com.acme.shipped',
    data: { shipment: 's' },
  };

  it('keeps what the system tells, once an id, and agents of that system read it', async () => {
    expect(await call(inbox, { body: event })).toMatchObject({ status: 202 });
    expect(await call(inbox, { body: event })).toMatchObject({ status: 202 });
    expect(await call(inbox, { body: { ...event, data: {} } })).toMatchObject({ status: 409 });
    await call(inbox, { body: { ...event, id: 'e2' } });
    const token = TEST_ENV.WAREHOUSE_AGENT_KEY ?? '';
    const read = async (after: number) =>
      (await call(`/v1/events?system=fulfilment&after=${after}&limit=1`, { token })).body;
    const first = await read(0);
    expect(first.events).toEqual([event]);
    const second = await read(first.next_after);
    expect(second.events).toEqual([{ ...event, id: 'e2' }]);
    expect((await read(second.next_after)).events).toEqual([]);
  });

  it('shows it to no agent that may propose nothing there', async () => {
    const token = TEST_ENV.REFUND_AGENT_KEY ?? '';
    expect(await call('/v1/events?system=fulfilment', { token })).toMatchObject({ status: 400 });
    expect(await call('/v1/events?system=fulfilment', { token: TOKEN })).toMatchObject({ status: 401 });
  });

  it('refuses what is no CloudEvent, with the place', async () => {
    const { id: _, ...anonymous } = event;
    expect(await call(inbox, { body: anonymous })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/id' }] },
    });
    expect(await call(inbox, { body: { ...event, specversion: '0.3' } })).toMatchObject({ status: 422 });
    expect(await call(inbox, { body: [event] })).toMatchObject({ status: 422 });
  });
});

describe("the demo's batch job", () => {
  it('collects, works off and acknowledges; what comes twice is done once', async () => {
    const own = await freshDatabase();
    const fulfilment = await startFulfilment({ databaseUrl: own.url, token: TOKEN });
    const proposal = await heldShipment(context, 'shp_9', '9');
    expect(await fulfilment.runOnce(door.url)).toBe(1);
    expect(await fulfilment.runOnce(door.url)).toBe(0);
    expect(await getProposal(context.database, proposal.id)).toMatchObject({
      state: 'executed',
      execution: { result: { shipment: 'shp_9' } },
    });
    await fulfilment.stop();
    await own.drop();
  });
});
