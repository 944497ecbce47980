import postgres from 'postgres';
import { afterEach, beforeEach } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { Manifests } from '../../src/domain/manifest.ts';
import type { Person } from '../../src/domain/person.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { type DecideResult, decide } from '../../src/lifecycle/decide.ts';
import { getProposal } from '../../src/store/proposals.ts';
import { testContext } from './context.ts';
import { coursesAgree } from './courses.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { decidingManifests } from './deciding-manifests.ts';
import { GROUPS, member, memoryBilling } from './desk.ts';

let db: FreshDatabase;
const open: (Context & { close(): Promise<void> })[] = [];
export let billing: ReturnType<typeof memoryBilling>;

/** One database a test: sums and queues are over everything that is in one. */
beforeEach(async () => {
  db = await freshDatabase();
  billing = memoryBilling();
});
afterEach(async () => {
  if (open[0]) await coursesAgree(open[0].database);
  await Promise.all(open.splice(0).map((each) => each.close()));
  await db.drop();
});

/** A desk whose refunds are decided by these tiers (and what else the workflow says). */
export async function desk(
  workflow: string,
  options: { org?: string; irreversible?: boolean } = {},
): Promise<Context> {
  const manifests = decidingManifests(workflow, options);
  const context = await testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
  open.push(context);
  return context;
}

const PEOPLE = {
  lea: ['ULEA', 'lea@acme.test'],
  max: ['UMAX', 'max@acme.test'],
  dana: ['UDANA', 'dana@acme.test'],
  cfo: ['UCFO', 'cfo@acme.test'],
} as const;
export type Name = keyof typeof PEOPLE;

/** The same database and system under other manifests, as a process of the next day has them. */
export async function deskUnder(manifests: Manifests): Promise<Context> {
  const context = await testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
  open.push(context);
  return context;
}

export const who = (context: Context, name: Name): Promise<Person> =>
  member(context, PEOPLE[name][0], PEOPLE[name][1]);

export async function click(
  context: Context,
  id: string,
  name: Name,
  verdict: 'approved' | 'rejected' = 'approved',
): Promise<DecideResult> {
  const { digest } = await getProposal(context.database, id);
  return decide(context, {
    proposalId: id,
    digest: digest ?? '',
    verdict,
    reason: 'because',
    person: await who(context, name),
    groups: GROUPS,
  });
}

export async function look(context: Context, id: string): Promise<Proposal> {
  return getProposal(context.database, id);
}

/** As if the time in that column were over. */
export async function hurry(column: string, id: string): Promise<void> {
  const owner = postgres(db.url, { max: 1 });
  await owner`alter table proposal disable trigger all`;
  await owner`update proposal set ${owner({ [column]: new Date(Date.now() - 1_000) })} where id = ${id}`;
  await owner`alter table proposal enable always trigger proposal_moves`;
  await owner`alter table proposal enable always trigger proposal_is_audited`;
  await owner.end();
}

let account = 9_000;
/** An account that nothing was proposed for. */
export function fresh(): string {
  account += 1;
  return String(account);
}
