import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { decodeEnvelope } from '../../../src/domain/envelope.ts';
import type { Person } from '../../../src/domain/person.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { settleManual } from '../../../src/lifecycle/settle-manual.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { readChecklistFacts } from '../../../src/store/checklist-facts.ts';
import { getEnvelope } from '../../../src/store/envelopes.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { coursesAgree } from '../../support/courses.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { approved, proposedBy, silent } from '../../support/warehouse.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
let lea: Person;
let kim: Person;
beforeAll(async () => {
  db = await freshDatabase();
  // Who answers for the system answers for no agent that asks for its writes.
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'agents/warehouse-agent.yml': (files['agents/warehouse-agent.yml'] ?? '').replace('kim@', 'sam@'),
  }));
  context = await testContext({ url: db.appUrl, manifests, connectorOf: () => silent });
  lea = await member(context, 'ULEA', 'lea@acme.test');
  kim = await member(context, 'UKIM', 'kim@acme.test');
});
afterAll(async () => {
  await coursesAgree(context.database);
  await context.close();
  await db.drop();
});

let next = 0;
async function waiting(in_: Context = context): Promise<Proposal> {
  next += 1;
  const input = { sku: `SKU-${next}`, delta: -3, unit_price: '12.50' };
  const proposal = await proposedBy(in_, 'warehouse-agent', { action: 'inventory.adjust_stock', input });
  await approved(in_, proposal, lea);
  await executeDue(in_, 10);
  return getProposal(in_.database, proposal.id);
}
const settle = (
  proposal: Proposal,
  fields: Partial<Parameters<typeof settleManual>[1]> = {},
  in_: Context = context,
) =>
  settleManual(in_, {
    proposalId: proposal.id,
    done: true,
    evidence: 'INV-77',
    person: kim,
    groups: GROUPS,
    ...fields,
  });

describe('a write by hand', () => {
  it('waits for a person once it is approved, with the instructions that were approved', async () => {
    const proposal = await waiting();
    expect(proposal).toMatchObject({
      state: 'awaiting_manual',
      execution: { state: 'started', attempts: 1 },
    });
    const envelope = decodeEnvelope(await getEnvelope(context.database, proposal.id, proposal.round));
    expect(envelope.request).toMatchObject({
      instructions: expect.stringContaining(`INV > ADJ > SKU-${next}, quantity -3`),
    });
  });

  it('is nobody else’s: no process takes it over, however long it waits', async () => {
    const proposal = await waiting();
    const { default: postgres } = await import('postgres');
    const owner = postgres(db.url, { max: 1 });
    await owner`update execution set next_attempt_at = clock_timestamp() - interval '1 day'`;
    await owner.end();
    expect(await executeDue(context, 10)).toBe(0);
    expect((await getProposal(context.database, proposal.id)).state).toBe('awaiting_manual');
  });

  it('is executed when who answers for the system says so, with evidence on record', async () => {
    const proposal = await waiting();
    expect(await settle(proposal)).toMatchObject({ outcome: 'settled', agrees: null });
    expect(await getProposal(context.database, proposal.id)).toMatchObject({
      state: 'executed',
      execution: { state: 'executed', result: { evidence: 'INV-77', by: { name: 'kim' } } },
    });
    const [last] = await listAudit(context.database, { number: proposal.number });
    expect(last).toMatchObject({
      type: 'execution.done_by_hand',
      actor: kim.principal,
      data: { evidence: 'INV-77' },
    });
    expect(await settle(proposal)).toMatchObject({ outcome: 'refused' });
  });

  it('has failed when it could not be done, with the reason', async () => {
    const proposal = await waiting();
    await settle(proposal, { done: false, evidence: 'the screen is locked' });
    expect(await getProposal(context.database, proposal.id)).toMatchObject({
      state: 'failed',
      execution: { error: 'the screen is locked' },
    });
  });

  it('is settled by nobody who does not answer for the system, nor by who asked, nor without evidence', async () => {
    const proposal = await waiting();
    const sam = await member(context, 'USAM', 'sam@acme.test');
    expect(await settle(proposal, { person: lea })).toMatchObject({
      because: expect.stringContaining('You may not'),
    });
    expect(await settle(proposal, { person: sam })).toMatchObject({
      because: expect.stringContaining('it is proposed for you'),
    });
    expect(await settle(proposal, { evidence: '  ' })).toMatchObject({
      because: expect.stringContaining('Say what shows'),
    });
    expect((await getProposal(context.database, proposal.id)).state).toBe('awaiting_manual');
  });

  it('is read back where the system can be read, and that it differs is said', async () => {
    const manifests = testManifests(TEST_ENV, (files) => ({
      ...files,
      'agents/warehouse-agent.yml': (files['agents/warehouse-agent.yml'] ?? '').replace('kim@', 'sam@'),
      'systems/inventory.yml': (files['systems/inventory.yml'] ?? '')
        .replace(
          'read: {}',
          'read: { items: [GET /items/*] }\ncredential: { account: svc, secret: env:INVENTORY_TOKEN }',
        )
        .replace(
          '  until:',
          '  reads: { type: http, base_url: "http://127.0.0.1:9", allow_private: true }\n  until:',
        )
        .replace(
          '    undo:\n',
          `    find:
      get: /items/\${{ input.sku }}
      happened: result.last_delta == input.delta
      absent: result.last_delta != input.delta
    after: { get: "/items/\${{ input.sku }}" }
    undo:\n`,
        ),
    }));
    let lastDelta = -3;
    const readable = await testContext({
      ...{ url: db.appUrl, manifests },
      connectorOf: () => ({
        ...silent,
        read: async () => ({
          kind: 'answered',
          status: 200,
          body: { last_delta: lastDelta },
          retryAfterMs: undefined,
        }),
      }),
    });
    const right = await waiting(readable);
    expect(await settle(right, {}, readable)).toMatchObject({ agrees: true });
    expect((await getProposal(readable.database, right.id)).execution?.after).toEqual({ last_delta: -3 });
    lastDelta = 3;
    const wrong = await waiting(readable);
    expect(await settle(wrong, {}, readable)).toMatchObject({ outcome: 'settled', agrees: false });
    const [last] = await listAudit(readable.database, { number: wrong.number });
    expect(last?.data).toMatchObject({ agrees: false });
    const { byHand } = await readChecklistFacts(readable.database);
    // Those of the tests above could not be read back.
    expect(byHand).toMatchObject([
      { action: 'inventory.adjust_stock', agreed: 1, differed: 1, notDone: expect.any(Number) },
    ]);
    await readable.close();
  });
});
