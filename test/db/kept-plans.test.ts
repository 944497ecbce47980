import postgres from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let owner: postgres.Sql;
beforeEach(async () => {
  db = await freshDatabase();
  owner = postgres(db.url, { max: 1, onnotice: () => {} });
});
afterEach(async () => {
  await owner.end();
  await db.drop();
});

const CLAIMS: Record<string, { readonly call: string; readonly fill: string }> = {
  writes: {
    call: "select * from claim_executions('w', 60000, 16, null, '{}')",
    fill: `insert into execution (id, proposal_id, round, digest, agent, system, workflow, account, next_attempt_at)
      select gen_random_uuid(), gen_random_uuid(), 1, '', 'agent', 'billing', 'refunds', 'account-' || n, clock_timestamp() - n * interval '1 second'
      from generate_series(1, 5000) n`,
  },
  'what is to be brought about': {
    call: "select * from claim_outbox('[]', '{card}', 60000, 16)",
    fill: `insert into outbox (topic, ref, rank, due_at)
      select 'card', gen_random_uuid(), 2, clock_timestamp() - n * interval '1 second' from generate_series(1, 5000) n`,
  },
};

// A server keeps its plans for as long as its connections last, and most are made on the first day.
it.each(Object.keys(CLAIMS))(
  'a claim of %s reads what it takes, by a plan that was made while there was nothing',
  async (what) => {
    const { call, fill } = CLAIMS[what] ?? { call: '', fill: '' };
    await owner.unsafe(call);
    await owner.unsafe('set session_replication_role = replica');
    await owner.unsafe(fill);
    const [row] = await owner.unsafe<
      {
        'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Actual Rows': number } }];
      }[]
    >(`explain (analyze, buffers, format json) ${call}`);
    const plan = row?.['QUERY PLAN'][0].Plan;
    expect(plan?.['Actual Rows']).toBe(16);
    expect(plan?.['Shared Hit Blocks']).toBeLessThan(1_500);
  },
);
