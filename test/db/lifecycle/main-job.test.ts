import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { describeEvent } from '../../../src/domain/audit-line.ts';
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
  it('is on record with what the agent pointed to and what it was about, and with neither where there is none', async () => {
    const evidence = [{ title: 'Ticket 4711', url: 'https://tickets.example.test/4711' }];
    const told = await proposed(context, { evidence, metadata: { thread: 't-1', model: 'm' } });
    const first = async (id: string) => (await listAudit(context.database, { stream: id })).at(-1);
    const event = await first(told.id);
    expect(event?.data).toMatchObject({ evidence, metadata: { thread: 't-1', model: 'm' } });
    expect(event && describeEvent(event).detail).toBe(
      'Ticket 4711 (https://tickets.example.test/4711); model m; thread t-1',
    );
    const bare = await first((await proposed(context)).id);
    expect(bare?.type).toBe('proposal.received');
    expect(Object.keys(bare?.data ?? {})).not.toEqual(expect.arrayContaining(['evidence']));
    expect(Object.keys(bare?.data ?? {})).not.toEqual(expect.arrayContaining(['metadata']));
    expect(bare && describeEvent(bare).detail).toBeNull();
  });

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
