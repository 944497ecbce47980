import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import type { Context } from '../../../src/context.ts';
import type { Answer } from '../../../src/domain/handoff.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { beginExecution, claimExecutions } from '../../../src/store/executions.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { atOnce } from '../../support/http-system.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
let billing: ReturnType<typeof memoryBilling>;

beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  billing = memoryBilling();
  context = await testContext({ url: db.appUrl, connectorOf: () => billing });
  return () => context.close();
});

const done: Answer = { kind: 'answered', status: 201, body: { id: 're_1' }, retryAfterMs: undefined };
const status = (code: number): Answer => ({
  kind: 'answered',
  status: code,
  body: null,
  retryAfterMs: undefined,
});
const lost: Answer = { kind: 'lost', why: 'the connection broke' };

async function approvedOne(in_: Context = context): Promise<Proposal> {
  const proposal = await proposed(in_);
  const lea = await member(in_, 'ULEA', 'lea@acme.test');
  const deciding = {
    proposalId: proposal.id,
    digest: proposal.digest ?? '',
    verdict: 'approved' as const,
    reason: null,
    person: lea,
    groups: GROUPS,
  };
  const result = await decide(in_, deciding);
  if (result.outcome !== 'decided') throw new Error(JSON.stringify(result));
  return result.proposal;
}

/** As if the time that was waited for, or the lease of who died, were over. */
async function overdue(): Promise<void> {
  const { default: postgres } = await import('postgres');
  const owner = postgres(db.url, { max: 1 });
  await owner`update execution set next_attempt_at = clock_timestamp(), lease_until = clock_timestamp() - interval '1 s'
    where state in ('ready', 'leased', 'started')`;
  await owner.end();
}

async function timePasses(in_: Context = context): Promise<void> {
  await overdue();
  await executeDue(in_, 10);
}

async function trail(proposal: Proposal): Promise<string[]> {
  const events = await listAudit(context.database, { number: proposal.number });
  return events.map((event) => event.type).reverse();
}

describe('the write', () => {
  it('that was refused by 503 is not done, and is tried again under the same key', async () => {
    const answers = [status(503), done];
    billing.answer = () => answers.shift() ?? lost;
    const proposal = await approvedOne();
    await executeDue(context, 10);
    expect((await getProposal(context.database, proposal.id)).state).toBe('approved');
    await timePasses();
    const after = await getProposal(context.database, proposal.id);
    expect(after).toMatchObject({ state: 'executed', execution: { attempts: 2 } });
    expect(await trail(proposal)).toContain('execution.put_off');
  });

  it('that was refused by 422 has failed, and pages', async () => {
    billing.answer = () => status(422);
    const proposal = await approvedOne();
    await executeDue(context, 10);
    expect(await getProposal(context.database, proposal.id)).toMatchObject({
      state: 'failed',
      execution: { error: 'it answered 422' },
    });
    const [row] = await context.database
      .sql`select 1 as found from outbox where topic = 'page' and ref = ${proposal.id}`;
    expect(row).toBeDefined();
  });

  it('whose answer was lost happened once: the same key goes out again', async () => {
    let calls = 0;
    billing.answer = () => done;
    const { write } = billing;
    billing.write = async (request, options) => {
      const answer = await write.call(billing, request, options);
      calls += 1;
      return calls === 1 ? lost : answer;
    };
    const proposal = await approvedOne();
    await executeDue(context, 10);
    expect((await getProposal(context.database, proposal.id)).state).toBe('executing');
    await timePasses();
    expect((await getProposal(context.database, proposal.id)).state).toBe('executed');
    expect(billing.writes.filter((each) => each.key === proposal.execution?.id)).toHaveLength(1);
  });

  it('answered by a 500 is ambiguous: it is asked for by its key, never shown as failed', async () => {
    billing.answer = () => status(500);
    const proposal = await approvedOne();
    await executeDue(context, 10);
    await timePasses();
    expect((await getProposal(context.database, proposal.id)).state).not.toBe('failed');
  });

  describe('that is repeated, since its answer was lost', () => {
    const again = async (second: Answer, in_: Context) => {
      const { write } = billing;
      billing.answer = () => done;
      billing.write = async (request, options) => {
        await write.call(billing, request, options);
        return lost;
      };
      const proposal = await approvedOne(in_);
      await executeDue(in_, 10);
      billing.record = { ...billing.record, refundable: '0.00' }; // Since it was written.
      billing.write = async (_, { start }) => {
        await start();
        return second;
      };
      await timePasses(in_);
      return proposal;
    };
    const withoutLookUp = () =>
      testManifests(TEST_ENV, (files) => ({
        ...files,
        'systems/billing.yml': (files['systems/billing.yml'] ?? '').replace(
          /^ {4}find:[\s\S]*?(?=^ {4}\w)/m,
          '',
        ),
      }));
    const notSent: Answer = { kind: 'not_sent', why: 'the connection was refused', permanent: false };

    it.each([status(503), status(429), notSent])(
      'and then not done ($kind $status) is still not said to be undone: it is looked up',
      async (second) => {
        const proposal = await again(second, context);
        expect((await getProposal(context.database, proposal.id)).state).toBe('executing');
        await timePasses();
        expect((await getProposal(context.database, proposal.id)).state).toBe('executed');
        expect(billing.writes.filter(({ key }) => key === proposal.execution?.id)).toHaveLength(1);
      },
    );

    it.each([401, 409, 422])('and then refused with %i has not failed: it is looked up', async (code) => {
      const proposal = await again(status(code), context);
      expect((await getProposal(context.database, proposal.id)).state).toBe('executed');
    });

    it('and then refused, where nothing can be looked up, is unknown', async () => {
      const other = await testContext({
        url: db.appUrl,
        manifests: withoutLookUp(),
        connectorOf: () => billing,
      });
      const proposal = await again(status(422), other);
      expect(await getProposal(other.database, proposal.id)).toMatchObject({
        state: 'unknown',
        execution: { error: 'it answered 422' },
      });
      await other.close();
    });
  });

  it('that nobody can vouch for is unknown, pages, and is not sent again', async () => {
    const manifests = testManifests(TEST_ENV, (files) => ({
      ...files,
      'systems/billing.yml': (files['systems/billing.yml'] ?? '')
        .replace(/^ {2}idempotency:.*\n/m, '')
        .replace(/^ {4}find:[\s\S]*?(?=^ {4}\w)/m, ''),
    }));
    const other = await testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
    billing.answer = () => lost;
    const proposal = await approvedOne(other);
    await executeDue(other, 10);
    await timePasses(other);
    expect(await getProposal(other.database, proposal.id)).toMatchObject({
      state: 'unknown',
      execution: { attempts: 1 },
    });
    expect(billing.writes).toHaveLength(1);
    await other.close();
  });

  it('is blocked if the record says no by then', async () => {
    const proposal = await approvedOne();
    billing.record = { ...billing.record, refundable: '10.00' };
    await executeDue(context, 10);
    const after = await getProposal(context.database, proposal.id);
    expect(after).toMatchObject({ state: 'blocked', blocked: 'Only 10.00 can be refunded' });
    expect(billing.writes).toHaveLength(0);
  });
});

describe('a claim', () => {
  it('of a holder who died before the write is taken over, and written once', async () => {
    const proposal = await approvedOne();
    expect(await claimExecutions(context.database, 'dead', 1, 10)).toHaveLength(1);
    await timePasses();
    expect((await getProposal(context.database, proposal.id)).state).toBe('executed');
    expect(billing.writes).toHaveLength(1);
  });

  it('of a holder who died after the write is taken over by its key, and written once', async () => {
    const proposal = await approvedOne();
    const [claim] = await claimExecutions(context.database, 'dead', 60_000, 10);
    if (!claim) throw new Error('nothing was claimed');
    expect(await beginExecution(context.database, claim, 1_000)).toBe('started');
    await billing.write(
      { method: 'POST', path: '/refunds', body: {} },
      { key: claim.id, scope: 'refunds', receipt: 'a.b.c', start: atOnce },
    );
    await timePasses();
    expect(await getProposal(context.database, proposal.id)).toMatchObject({
      state: 'executed',
      execution: { attempts: 2 },
    });
    expect(billing.writes).toHaveLength(1);
  });

  it('that has passed on can neither begin nor finish', async () => {
    const { id, version } = await approvedOne();
    const [old] = await claimExecutions(context.database, 'slow', 1, 10);
    await overdue();
    const [next] = await claimExecutions(context.database, 'next', 60_000, 10);
    if (!old || !next) throw new Error('nothing was claimed');
    expect(await beginExecution(context.database, old, 1_000)).toBe('lost');
    expect(await beginExecution(context.database, next, 1_000)).toBe('started');
    const finish = (fence: number) =>
      context.changes.change({
        id,
        version: version + 1,
        set: { state: 'executed' },
        outcome: { id: old.id, fence, state: 'executed' },
        events: [{ type: 'execution.executed', actor: 'countersign' }],
        outbox: [],
      });
    expect(await finish(old.fence)).toBe('fenced');
    expect(await finish(next.fence)).toBe('applied');
  });

  it('is one of ten that ask at once', async () => {
    const proposal = await approvedOne();
    await Promise.all(Array.from({ length: 10 }, () => executeDue(context, 5)));
    expect((await getProposal(context.database, proposal.id)).execution?.attempts).toBe(1);
    expect(billing.writes).toHaveLength(1);
  });
});

describe('an approval', () => {
  it('that was not used in time is asked again, with a new digest', async () => {
    const manifests = testManifests(TEST_ENV, (files) => ({
      ...files,
      'workflows/refunds.yml': (files['workflows/refunds.yml'] ?? '').replace(
        'execute_within: 1h',
        'execute_within: 1s',
      ),
    }));
    const away: Connector = { ...billing, read: async () => status(503) };
    let connector: Connector = billing;
    const other = await testContext({ url: db.appUrl, manifests, connectorOf: () => connector });
    const proposal = await approvedOne(other);
    connector = away;
    await executeDue(other, 10);
    connector = billing;
    await expect
      .poll(
        async () =>
          (await getProposal(other.database, proposal.id)).readAt.getTime() >
          (proposal.executeBy?.getTime() ?? 0),
        { timeout: 5_000 },
      )
      .toBe(true);
    await timePasses(other);
    const after = await getProposal(other.database, proposal.id);
    expect(after).toMatchObject({ state: 'pending', round: 2, execution: null });
    expect(after.digest).not.toBe(proposal.digest);
    expect(billing.writes).toHaveLength(0);
    await other.close();
  });
});
