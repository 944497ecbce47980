import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { testContext } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { memoryBilling } from '../../support/desk.ts';
import { ask, openDoor, refund, type TestDoor } from '../../support/door.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
let door: TestDoor;

beforeAll(async () => {
  db = await freshDatabase();
  const billing = memoryBilling();
  context = await testContext({ url: db.appUrl, connectorOf: () => billing });
  door = await openDoor(context, { publicUrl: 'https://gate.acme.test' });
});
afterAll(async () => {
  await door.close();
  await context.close();
  await db.drop();
});

describe('POST /v1/proposals', () => {
  it('answers 202 with the proposal and its place once it is durable', async () => {
    const reply = await ask(door, '/v1/proposals', { body: refund({ metadata: { thread: 't-1' } }) });
    expect(reply.status).toBe(202);
    expect(reply.headers.get('location')).toBe(`/v1/proposals/${String(reply.body.id)}`);
    expect(reply.body).toMatchObject({
      version: 1,
      state: 'received',
      settled: false,
      account: '4471',
      summary: 'Refund 1250.00 of invoice inv_9',
      metadata: { thread: 't-1' },
      impact: { amount: '1250.00', currency: 'USD', claimed: null },
      tier: { decide: 'human', why: '1250.00 is in 500.00–5000.00' },
      url: `https://gate.acme.test/v1/proposals/${String(reply.body.id)}`,
    });
    const again = await ask(door, `/v1/proposals/${String(reply.body.number)}`);
    expect(again.body).toEqual(reply.body);
  });
});
