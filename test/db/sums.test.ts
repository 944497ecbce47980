import postgres from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { readSum } from '../../src/store/sums.ts';
import { testContext } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { decidingManifests } from '../support/deciding-manifests.ts';
import { memoryBilling, proposed } from '../support/desk.ts';

const TIERS = 'tiers:\n  - decide: human\n    approvers: ["@support-leads"]\n';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
let owner: postgres.Sql;

beforeEach(async () => {
  db = await freshDatabase();
  // As apply_changes does.
  const connection = { plan_cache_mode: 'force_generic_plan' } as object;
  owner = postgres(db.url, { max: 1, onnotice: () => {}, connection });
  const manifests = decidingManifests(TIERS);
  context = await testContext({ url: db.appUrl, manifests, connectorOf: () => memoryBilling() });
});
afterEach(async () => {
  await context.close();
  await owner.end();
  await db.drop();
});

/** As many others like it, of other accounts and agents, judged today. */
async function addOthers(id: string, count: number): Promise<void> {
  await owner`alter table proposal disable trigger all`;
  await owner`
    insert into proposal overriding system value
    select c.* from proposal p, generate_series(1, ${count}) n, jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(),
      'number', 1000000 + n, 'account', 'account-' || n, 'agent', 'agent-' || n % 50, 'idempotency_key', null)) c where p.id = ${id}`;
  await owner`analyze proposal`;
}

async function pagesOfSum(id: string, per: string): Promise<number> {
  const [row] = await owner.unsafe<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }[]>(
    `explain (analyze, buffers, format json) select sum_before(p, '${per}', 86400000, false) from proposal p where p.id = '${id}'`,
  );
  const plan = row?.['QUERY PLAN'][0].Plan ?? {};
  return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
}

it.each(['account', 'agent'] as const)(
  'the sum of one %s reads no others, however many there are',
  async (per) => {
    const mine = await proposed(context, { amount: '600.00' });
    const other = await proposed(context, { amount: '20.00' });
    await addOthers(mine.id, 5_000);
    await pagesOfSum(other.id, per); // It is planned once.
    expect(await pagesOfSum(other.id, per)).toBeLessThan(30);
    const of = { workflow: other.workflow, per, value: other[per], withinMs: 86_400_000, except: other.id };
    expect(await readSum(context.database, of)).toBe(60_000n);
  },
);
