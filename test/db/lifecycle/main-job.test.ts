import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { propose } from '../../../src/lifecycle/propose.ts';
import { disable, enable } from '../../../src/lifecycle/switch.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { testContext } from '../../support/context.ts';
import { coursesAgree } from '../../support/courses.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, post, proposed, refundAgent } from '../../support/desk.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
const billing = memoryBilling();

beforeAll(async () => {
  db = await freshDatabase();
  context = await testContext({ url: db.appUrl, connectorOf: () => billing });
});
afterAll(async () => {
  await coursesAgree(context.database);
  await context.close();
  await db.drop();
});

describe('the way of a proposal', () => {
  it('goes from a human decision to one write and a whole audit trail', async () => {
    const proposal = await proposed(context, { amount: '1250.00' });
    expect(proposal).toMatchObject({
      state: 'pending',
      account: '4471',
      decide: 'human',
      why: '1250.00 is in 500.00–5000.00',
    });
    const lea = await member(context, 'ULEA', 'lea@acme.test');
    const decided = await decide(context, {
      proposalId: proposal.id,
      digest: proposal.digest ?? '',
      verdict: 'approved',
      reason: null,
      person: lea,
      groups: GROUPS,
    });
    expect(decided.outcome).toBe('decided');
    expect(await executeDue(context, 10)).toBe(1);
    const done = await getProposal(context.database, proposal.id);
    expect(done).toMatchObject({
      state: 'executed',
      execution: { state: 'executed', attempts: 1, result: { id: 're_1' } },
    });
    expect(billing.writes.filter((write) => write.key === done.execution?.id)).toHaveLength(1);
    const trail = (await listAudit(context.database, { number: done.number }))
      .map((event) => event.type)
      .reverse();
    expect(trail).toEqual([
      'proposal.received',
      'proposal.judged',
      'decision.recorded',
      'execution.started',
      'execution.executed',
    ]);
  });

  it('lets the agent alone decide below its limit, on record', async () => {
    const proposal = await proposed(context, { amount: '499.99' });
    expect(proposal).toMatchObject({ state: 'approved', decide: 'agent' });
    expect(proposal.decisions).toMatchObject([{ kind: 'approve', by: { id: 'tier:refunds/1' } }]);
    await executeDue(context, 10);
    expect((await getProposal(context.database, proposal.id)).state).toBe('executed');
  });

  it('blocks what the system of record does not back, with its sentence', async () => {
    const proposal = await proposed(context, { amount: '90000.00' });
    expect(proposal).toMatchObject({ state: 'blocked', blocked: 'Only 20000.00 can be refunded' });
  });

  it('answers the same key and body with the same proposal, another body with a conflict', async () => {
    const agent = refundAgent(context);
    const first = await propose(context, agent, post({ idempotencyKey: 'k-1' }));
    const again = await propose(context, agent, post({ idempotencyKey: 'k-1' }));
    const other = await propose(context, agent, post({ idempotencyKey: 'k-1', amount: '1.00' }));
    expect(first.outcome).toBe('received');
    expect(again).toEqual({ ...first, outcome: 'known', proposal: undefined });
    expect(other).toEqual({ outcome: 'conflict' });
  });
});

describe('disable', () => {
  it('refuses proposals and starts no write until it is enabled again', async () => {
    const proposal = await proposed(context, { amount: '700.00' });
    const lea = await member(context, 'ULEA', 'lea@acme.test');
    const lee = await member(context, 'ULEE', 'lee@acme.test');
    const off = await disable(context, { scope: '', person: lea, groups: GROUPS }, 'drill');
    expect(off).toMatchObject({ outcome: 'disabled', scope: 'all', underWay: [] });
    expect(await propose(context, refundAgent(context), post())).toEqual({
      outcome: 'disabled',
      scope: 'all',
    });
    const decided = await decide(context, {
      proposalId: proposal.id,
      digest: proposal.digest ?? '',
      verdict: 'approved',
      reason: null,
      person: lea,
      groups: GROUPS,
    });
    expect(decided.outcome).toBe('decided');
    expect(await executeDue(context, 10)).toBe(0);
    const asked = await enable(context, { scope: 'all', person: lee, groups: GROUPS });
    expect(asked).toMatchObject({ outcome: 'asked' });
    expect((await getProposal(context.database, proposal.id)).paused).toBe('all');
  });
});
