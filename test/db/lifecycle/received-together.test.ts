import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { consider, newProposal, type Post } from '../../../src/lifecycle/propose.ts';
import { wireProposal } from '../../../src/store/change-wire.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { post } from '../../support/desk.ts';
import { allOf, openWay, type Way } from '../../support/two-ways.ts';

const MOST = 4;
// Without a sum to look up a hold reads nothing, and is judged in the commit that receives it.
const manifests = testManifests(TEST_ENV, (files) => ({
  ...files,
  'workflows/warehouse.yml': (files['workflows/warehouse.yml'] ?? '').replace(/^cumulative: .*\n/m, ''),
  'agents/warehouse-agent.yml': (files['agents/warehouse-agent.yml'] ?? '').replace(
    /^max_pending: .*$/m,
    `max_pending: ${MOST}`,
  ),
}));

let original: FreshDatabase;
let way: { together: Way; oneByOne: Way };

beforeAll(async () => {
  original = await freshDatabase();
  await (await testContext({ url: original.appUrl, manifests })).close(); // Keeps the manifests.
  way = { together: await openWay(original, true), oneByOne: await openWay(original, true) };
});
afterAll(async () => {
  await way.together.close();
  await way.oneByOne.close();
  await original.drop();
});

function wired(posted: Post, agentId: string): JsonObject {
  const agent = manifests.agents[agentId];
  if (!agent) throw new Error(`there is no ${agentId}`);
  const considered = consider(manifests, agent, posted);
  if (considered.outcome !== 'considered') throw new Error(JSON.stringify(considered));
  return wireProposal(newProposal(manifests, agent, posted, considered), () => {
    throw new Error('nothing personal is among it');
  });
}

const hold = (value: string, idempotencyKey: string | null = null) =>
  wired(
    {
      ...post({ idempotencyKey, metadata: { run: value } }),
      action: 'fulfilment.hold',
      input: { account: '4471', shipment: 'shp_1', value },
    },
    'warehouse-agent',
  );

async function receive({ sql }: Way, batch: readonly JsonObject[]) {
  const rows = await sql<{ outcome: string; id: string | null; given: JsonObject | null }[]>`
    select outcome, id, given from receive_proposals(${sql.json(batch)}) order by n`;
  return rows.map(({ outcome, id, given }) => ({ outcome, id, given: given && Object.keys(given) }));
}

/** Numbers aside, which say in what order they went in. */
async function recordOf(each: Way) {
  const all = await allOf(each);
  return Object.fromEntries(
    Object.entries(all).map(([table, rows]) => [table, rows.map((row) => ({ ...row, number: 0 }))]),
  );
}

describe('proposals that are received together', () => {
  it('are received, refused and recorded as they would be one by one', async () => {
    const key = randomUUID();
    const batch = [
      hold('12.50', key),
      wired(post(), 'refund-agent'),
      hold('5000.00'),
      hold('7.00'),
      wired(post({ onBehalfOf: 'ann@acme.test', amount: '3.00' }), 'refund-agent'),
      hold('8.00'),
      hold('12.50', key),
      hold('12.75', key),
      hold('9.00'),
    ];
    const together = await receive(way.together, batch);
    const oneByOne = [];
    for (const each of batch) oneByOne.push(...(await receive(way.oneByOne, [each])));
    expect(together).toEqual(oneByOne);
    expect(together.map(({ outcome }) => outcome)).toEqual([
      ...['received', 'received', 'received', 'received', 'received', 'received'],
      ...['known', 'conflict', 'full'],
    ]);
    expect(await recordOf(way.together)).toEqual(await recordOf(way.oneByOne));
  });

  it('are as many as may be open, however they come', async () => {
    const { sql } = way.together;
    const outcomes = (await receive(way.together, [hold('1.00'), hold('2.00')])).map((each) => each.outcome);
    expect(outcomes).toEqual(['full', 'full']);
    const [row] = await sql<{ open: number }[]>`
      select count(*)::int as open from proposal where agent = 'warehouse-agent'`;
    expect(row?.open).toBe(MOST);
  });
});
