import postgres from 'postgres';
import { afterEach, beforeEach } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import type { Rollback } from '../../src/domain/rollback.ts';
import { advanceRollback, confirmRollback } from '../../src/lifecycle/confirm-rollback.ts';
import { decide } from '../../src/lifecycle/decide.ts';
import { executeDue } from '../../src/lifecycle/execute.ts';
import { planRollback, type RollbackAsk } from '../../src/lifecycle/plan-rollback.ts';
import { getProposal } from '../../src/store/proposals.ts';
import { findRollback } from '../../src/store/rollbacks.ts';
import { TEST_ENV, testContext, testManifests } from './context.ts';
import { coursesAgree } from './courses.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { GROUPS, member, proposed } from './desk.ts';
import { refundLedger } from './refund-ledger.ts';

export let db: FreshDatabase;
export let context: Context & { close(): Promise<void> };
export let ledger: ReturnType<typeof refundLedger>;

/** One database a test: a rollback is of everything that is in one. */
beforeEach(async () => {
  db = await freshDatabase();
  ledger = refundLedger();
  context = await another('test');
});
afterEach(async () => {
  await coursesAgree(context.database);
  await context.close();
  await db.drop();
});

/** Another process over the same database and system. */
export function another(
  worker: string,
  edit: (billing: string) => string = (text) => text,
): Promise<Context & { close(): Promise<void> }> {
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': edit(files['systems/billing.yml'] ?? ''),
    // Its window would make the suite fail by night in New York.
    'systems/fulfilment.yml': (files['systems/fulfilment.yml'] ?? '').replace(/^ {2}closed:.*\n/m, ''),
  }));
  return testContext({ url: db.appUrl, manifests, connectorOf: () => ledger, worker });
}

/** A refund that a person approved and that was written. */
export async function refunded(
  fields: Parameters<typeof proposed>[1] = {},
  on: Context = context,
): Promise<Proposal> {
  const proposal = await proposed(on, fields);
  const lea = await member(on, 'ULEA', 'lea@acme.test');
  const { id, digest } = proposal;
  await decide(on, {
    proposalId: id,
    digest: digest ?? '',
    verdict: 'approved',
    reason: null,
    person: lea,
    groups: GROUPS,
  });
  await executeDue(on, 10);
  return getProposal(on.database, id);
}

const DAY_MS = 86_400_000;

export const dana = () => member(context, 'UDANA', 'dana@acme.test');
/** An operator by the group `platform-oncall`. */
export const pat = () => member(context, 'UPAT', 'pat@acme.test');

/** Dana asks for a plan. */
export async function planned(scope: RollbackAsk['scope'] = everything): Promise<Rollback> {
  const since = new Date(Date.now() - DAY_MS);
  const result = await planRollback(context, { scope, since, person: await dana(), groups: GROUPS });
  if (result.outcome !== 'planned') throw new Error(result.because);
  return result.rollback;
}

export const everything = { kind: 'everything', subject: '' } as const;

/** Pat confirms it, and the grace is over. */
export async function confirmed(rollback: Rollback): Promise<void> {
  const { id, digest } = rollback;
  const result = await confirmRollback(context, { id, digest, person: await pat(), groups: GROUPS });
  if (result.outcome !== 'confirmed') throw new Error(result.because);
  await advanceRollback(context, id);
}

export async function seen(id: string): Promise<Rollback> {
  const rollback = await findRollback(context.database, id);
  if (!rollback) throw new Error(`there is no rollback ${id}`);
  return rollback;
}

/** Works until nothing of it is due, as the executor and the outbox do. */
export async function workOff(id: string, on: Context = context): Promise<Rollback> {
  while ((await executeDue(on, 10)) > 0);
  await advanceRollback(on, id);
  return seen(id);
}

/** As if the time that was waited for, or the lease of who died, were over. */
export async function timePasses(): Promise<void> {
  const owner = postgres(db.url, { max: 1 });
  await owner`update execution set next_attempt_at = clock_timestamp(), lease_until = clock_timestamp() - interval '1 s'
    where state in ('ready', 'leased', 'started')`;
  await owner.end();
}
