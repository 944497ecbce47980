import postgres from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { tellOwnPast } from '../../src/domain/history.ts';
import type { Person } from '../../src/domain/person.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { listDecidedBy, readOwnPast } from '../../src/store/history.ts';
import { testContext } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { decidingManifests } from '../support/deciding-manifests.ts';
import { member, memoryBilling, proposed } from '../support/desk.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
let lea: Person;

beforeEach(async () => {
  db = await freshDatabase();
  const manifests = decidingManifests('tiers:\n  - decide: human\n    approvers: ["@support-leads"]\n');
  context = await testContext({ url: db.appUrl, manifests, connectorOf: () => memoryBilling() });
  lea = await member(context, 'ULEA', 'lea@acme.test');
});
afterEach(async () => {
  await context.close();
  await db.drop();
});

/** So many times it was asked again, and rejected every fifth time; the last a minute ago. */
async function decided(proposal: Proposal, times: number): Promise<void> {
  const owner = postgres(db.url, { max: 1, onnotice: () => {} });
  try {
    await owner`alter table vote disable trigger all`;
    await owner`
      insert into vote (proposal_id, round, stage, kind, digest, requesters, principal, identities, by_id, by_name, at)
      select ${proposal.id}, 1000 + n, 'approve', case when n % 5 = 0 then 'reject' else 'approve' end, '', '{}', ${lea.principal},
        '{}', 'ULEA', 'lea', clock_timestamp() - n * interval '1 minute' from generate_series(1, ${times}) n`;
  } finally {
    await owner.end();
  }
}

const told = async (action: string) => tellOwnPast(await readOwnPast(context.database, 'ULEA', action));

it('says what somebody decided on the like, and of many only their last decisions', async () => {
  const older = await proposed(context);
  expect(await told(older.action)).toBeUndefined();
  await decided(older, 10);
  expect(await told(older.action)).toBe('in 90 days you approved 8 of these and rejected 2');
  expect(await told('billing.something_else')).toBeUndefined();
  await decided(await proposed(context), 600);
  expect(await told(older.action)).toBe(
    'of your last 500 decisions you approved 400 of these and rejected 100',
  );
});

it('lists what somebody decided last, each once and the last first', async () => {
  const first = await proposed(context);
  await decided(first, 2);
  const second = await proposed(context);
  await decided(second, 3);
  const idsOf = async (limit: number) =>
    (await listDecidedBy(context.database, lea.principal, limit)).map(({ id }) => id);
  expect(await idsOf(10)).toEqual([second.id, first.id]);
  expect(await idsOf(1)).toEqual([second.id]);
});
