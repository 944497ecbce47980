import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { SystemAway } from '../../../src/lifecycle/pace.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { beginExecution, claimExecutions } from '../../../src/store/executions.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { memoryBilling, proposed } from '../../support/desk.ts';
import { ownerOf } from '../../support/times.ts';
import { timePasses } from '../../support/warehouse.ts';

let db: FreshDatabase;
let owner: postgres.Sql;
let context: Context & { close(): Promise<void> };
let billing: ReturnType<typeof memoryBilling>;
/** What stands in the way of every write now. */
let trouble: Error | undefined;
beforeAll(async () => {
  db = await freshDatabase();
  owner = ownerOf(db);
});
afterAll(async () => {
  await owner.end();
  await db.drop();
});
beforeEach(async () => {
  billing = memoryBilling();
  trouble = undefined;
  const connectorOf = () => {
    if (trouble) throw trouble;
    return billing;
  };
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': (files['systems/billing.yml'] ?? '').replace(
      '    do: { post: /refunds,',
      '    unchanged: before.version\n    do: { post: /refunds,',
    ),
  }));
  context = await testContext({ url: db.appUrl, connectorOf, manifests });
  return () => context.close();
});

let account = 0;
function approved(): Promise<Proposal> {
  account += 1;
  return proposed(context, { amount: '20.00', account: String(account) });
}
const now = ({ id }: Pick<Proposal, 'id'>) => getProposal(context.database, id);
const isPaged = async ({ id }: Proposal) =>
  (await owner`select 1 from outbox where topic = 'page' and ref = ${id}`).length > 0;

async function tried(times: number): Promise<void> {
  for (let time = 1; time <= times; time += 1) {
    await executeDue(context, 10);
    await timePasses(db.url);
  }
}

const NO_VERSION =
  'The record does not show before.version, which must stay the same until it is written: it has no version';

function loseVersion(): void {
  const { version: _, ...record } = billing.record;
  billing.record = record;
}

describe('what must stay the same', () => {
  it('and can not be told blocks it when it is judged, with what is missing', async () => {
    loseVersion();
    expect(await approved()).toMatchObject({ state: 'blocked', blocked: NO_VERSION });
  });

  it('and can not be told any more blocks it before it is written', async () => {
    const proposal = await approved();
    loseVersion();
    await executeDue(context, 10);
    expect(await now(proposal)).toMatchObject({ state: 'blocked', blocked: NO_VERSION });
    expect(billing.writes).toHaveLength(0);
  });

  it('and could not be told of what was shown counts as changed: it is asked again', async () => {
    const proposal = await approved();
    await owner`alter table proposal disable trigger user`;
    await owner`update proposal set before = before - 'version' where id = ${proposal.id}`;
    await owner.unsafe(`alter table proposal enable always trigger proposal_moves; alter table proposal enable always trigger proposal_kept;
      alter table proposal enable always trigger proposal_is_audited; alter table proposal enable always trigger proposal_waited`);
    await executeDue(context, 10);
    expect(await now(proposal)).toMatchObject({ state: 'approved', round: 2 });
    expect(
      (await listAudit(context.database, { number: proposal.number })).map(({ type }) => type),
    ).toContain('approval.lapsed');
    await executeDue(context, 10);
    expect((await now(proposal)).state).toBe('executed');
  });
});

describe('a write that an error of ours keeps from its system', () => {
  const why = 'Countersign stumbled over it again and again; its log says over what (execution.stumbled)';

  it('has failed at the fifth time in a row, pages, and no longer holds up its account', async () => {
    const proposal = await approved();
    const next = await proposed(context, { amount: '21.00', account: String(account) });
    trouble = new Error('a secret of the code');
    await tried(4);
    expect((await now(proposal)).state).toBe('approved');
    await executeDue(context, 10);
    expect(await now(proposal)).toMatchObject({ state: 'failed', execution: { attempts: 0, error: why } });
    expect(await isPaged(proposal)).toBe(true);
    trouble = undefined;
    await executeDue(context, 10);
    expect((await now(next)).state).toBe('executed');
    expect(billing.writes).toHaveLength(1);
  });

  it('is unknown where it had begun', async () => {
    const proposal = await approved();
    const [claim] = await claimExecutions(context.database, 'dead', 60_000, 10);
    if (!claim) throw new Error('nothing was claimed');
    expect(await beginExecution(context.database, claim, 1_000)).toBe('started');
    await timePasses(db.url);
    trouble = new Error('a secret of the code');
    await tried(5);
    expect(await now(proposal)).toMatchObject({ state: 'unknown', execution: { error: why } });
    expect(await isPaged(proposal)).toBe(true);
  });

  it.each([
    ['the system is away', new SystemAway('Billing is away')],
    ['there is a deadlock', Object.assign(new Error('deadlock detected'), { code: '40P01' })],
  ])('is tried on while it is none of ours: %s', async (_, error) => {
    const proposal = await approved();
    trouble = error;
    await tried(6);
    trouble = undefined;
    await executeDue(context, 10);
    expect((await now(proposal)).state).toBe('executed');
  });

  it('is counted anew once it came further', async () => {
    const proposal = await approved();
    trouble = new Error('a secret of the code');
    await tried(4);
    trouble = new SystemAway('Billing is away');
    await tried(1);
    trouble = new Error('a secret of the code');
    await tried(4);
    trouble = undefined;
    await executeDue(context, 10);
    expect((await now(proposal)).state).toBe('executed');
  });
});
