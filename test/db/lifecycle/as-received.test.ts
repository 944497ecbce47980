import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { type Post, propose } from '../../../src/lifecycle/propose.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { post } from '../../support/desk.ts';

const WAREHOUSE = 'workflows/warehouse.yml';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };

beforeAll(async () => {
  db = await freshDatabase();
  // Without a sum to look up a hold reads nothing, and is judged in the commit that receives it.
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    [WAREHOUSE]: (files[WAREHOUSE] ?? '').replace(/^cumulative: .*\n/m, ''),
  }));
  context = await testContext({ url: db.appUrl, manifests });
});
afterAll(async () => {
  await context.close();
  await db.drop();
});

const hold = (value: string, more: Partial<Post> = {}): Post => ({
  ...post(),
  action: 'fulfilment.hold',
  input: { account: '4471', shipment: 'shp_1', value },
  ...more,
});

async function proposeAs(name: string, posted: Post) {
  const agent = context.manifests.agents[name];
  if (!agent) throw new Error(`there is no ${name}`);
  const result = await propose(context, agent, posted);
  if (result.outcome !== 'received' && result.outcome !== 'known') throw new Error(result.outcome);
  return result;
}

describe('a proposal as its commit left it', () => {
  it.each([
    ['to be read first', 'refund-agent', post({ onBehalfOf: 'ann@acme.test', claimedImpact: '1250.00' })],
    ['judged at once', 'warehouse-agent', hold('12.50', { metadata: { thread: 't-1', run: '7' } })],
    [
      'for a named person to decide and another to review',
      'warehouse-agent',
      hold('5000.00', { evidence: [{ title: 'Ticket', url: 'https://tickets.acme.test/1' }] }),
    ],
  ])('is what reading it gives: %s', async (_, agent, posted) => {
    const { id, proposal } = await proposeAs(agent, posted);
    const { readAt, ...read } = await getProposal(context.database, id);
    expect(proposal).toEqual({ ...read, readAt: expect.any(Date) });
    expect(readAt.getTime() - (proposal?.readAt.getTime() ?? 0)).toBeLessThan(10_000);
  });

  it('is known of each in a batch', async () => {
    const values = Array.from({ length: 20 }, (_, n) => `${n + 1}.00`);
    const made = await Promise.all(values.map((value) => proposeAs('warehouse-agent', hold(value))));
    expect(made.map(({ proposal }) => proposal?.input.value)).toEqual(values);
    for (const { id, proposal } of made)
      expect(proposal?.number).toBe((await getProposal(context.database, id)).number);
  });

  it('is not said of one that came before: that may have changed since', async () => {
    const idempotencyKey = randomUUID();
    const first = await proposeAs('warehouse-agent', hold('3.00', { idempotencyKey }));
    const again = await proposeAs('warehouse-agent', hold('3.00', { idempotencyKey }));
    expect(first.proposal).toBeDefined();
    expect(again).toEqual({ outcome: 'known', id: first.id, proposal: undefined });
  });
});
