import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import type { Answer } from '../../../src/domain/handoff.ts';
import type { Person } from '../../../src/domain/person.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { watchConnector } from '../../../src/lifecycle/pace.ts';
import { resolveUnknown } from '../../../src/lifecycle/resolve.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { askSystem, listPausedSystems } from '../../../src/store/systems.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { proposedBy, timePasses } from '../../support/warehouse.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
let lea: Person;
const billing = memoryBilling();
const fine = billing.answer;

function answer(status: number, retryAfterMs?: number): () => Answer {
  return () => ({ kind: 'answered', status, body: null, retryAfterMs });
}

beforeAll(async () => {
  db = await freshDatabase();
  const quick = testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': (files['systems/billing.yml'] ?? '').replace('rate: 20/s', 'rate: 1000/s'),
  }));
  context = await testContext({
    ...{ url: db.appUrl, manifests: quick },
    connectorOf: (system) => watchConnector(context.database, system, billing),
  });
  lea = await member(context, 'ULEA', 'lea@acme.test');
});
afterAll(async () => {
  await context.close();
  await db.drop();
});

async function approve(proposal: Proposal, in_: Context = context): Promise<Proposal> {
  const result = await decide(in_, {
    ...{ proposalId: proposal.id, digest: proposal.digest ?? '', verdict: 'approved', reason: null },
    ...{ person: lea, groups: GROUPS },
  });
  if (result.outcome !== 'decided') throw new Error(JSON.stringify(result));
  return result.proposal;
}
const refund = async (account: string) => approve(await proposed(context, { account, amount: '700.00' }));
const stateOf = async ({ id }: Proposal) => (await getProposal(context.database, id)).state;
const written = ({ execution }: Proposal) => billing.writes.some(({ key }) => key === execution?.id);

describe('writes to one account', () => {
  it('go in order, and those to others in parallel', async () => {
    const [first, second, other] = [await refund('1'), await refund('1'), await refund('2')];
    billing.answer = answer(503, 60_000);
    expect(await executeDue(context, 10)).toBe(2);
    expect(await stateOf(second)).toBe('approved');
    billing.answer = fine;
    await timePasses(db.url);
    expect(await executeDue(context, 1)).toBe(1);
    await timePasses(db.url);
    while ((await executeDue(context, 10)) > 0);
    const order = billing.writes.map(({ key }) => key);
    const [a, b] = [first, second].map(({ execution }) => order.lastIndexOf(execution?.id ?? ''));
    expect(a).toBeLessThan(b ?? -1);
    expect(await Promise.all([first, second, other].map(stateOf))).toEqual([
      'executed',
      'executed',
      'executed',
    ]);
  });

  it('do not wait behind one whose outcome nobody knows', async () => {
    const manifests = testManifests(TEST_ENV, (files) => ({
      ...files,
      'systems/billing.yml': (files['systems/billing.yml'] ?? '')
        .replace(/^ {2}idempotency:.*\n/m, '')
        .replace(/^ {4}find:[\s\S]*?(?=^ {4}\w)/m, ''),
    }));
    const blind = await testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
    billing.answer = () => ({ kind: 'lost', why: 'the connection broke' });
    const doubtful = await approve(await proposed(blind, { account: '3', amount: '700.00' }), blind);
    await executeDue(blind, 10);
    expect(await stateOf(doubtful)).toBe('unknown');
    billing.answer = fine;
    const next = await refund('3');
    await executeDue(context, 10);
    expect(await stateOf(next)).toBe('executed');
    await blind.close();
  });
});

describe('a system that asks for patience', () => {
  it('is left alone by every process for as long as it asked, and others are not', async () => {
    const proposal = await refund('4');
    billing.answer = answer(429, 60_000);
    await executeDue(context, 10);
    expect(await listPausedSystems(context.database)).toMatchObject([{ system: 'billing', open: false }]);
    billing.answer = fine;
    const later = await refund('5').catch(() => undefined);
    expect(later, 'it can not even be asked').toBeUndefined();
    expect(await executeDue(context, 10)).toBe(0);
    expect(await askSystem(context.database, 'crm', undefined, 1)).toBe(0);
    await timePasses(db.url);
    await executeDue(context, 10);
    expect(await stateOf(proposal)).toBe('executed');
  });

  it('has a rate that all processes share', async () => {
    const rate = { limit: 3, perMs: 3_600_000 };
    const asked = await Promise.all(
      Array.from({ length: 5 }, () => askSystem(context.database, 'rated', rate, 1)),
    );
    expect(asked.filter((wait) => wait === 0)).toHaveLength(3);
    expect(Math.max(...asked)).toBeGreaterThan(60_000);
  });
});

describe('a system that fails again and again', () => {
  it('has its breaker opened, which is announced once, and closed by its first answer', async () => {
    const announced = async () =>
      (
        await context.database.sql<
          { ref: string }[]
        >`select ref from outbox where topic = 'announce' order by ref`
      ).map(({ ref }) => ref);
    const down = { ...billing, read: async () => answer(500)() };
    const system = context.manifests.systems.billing;
    if (!system) throw new Error('no billing');
    const watched = watchConnector(context.database, system, down);
    const look = { method: 'GET', path: '/accounts/1', body: undefined };
    for (let n = 0; n < 4; n += 1) await watched.read(look);
    expect(await announced()).toEqual([]);
    for (let n = 0; n < 3; n += 1) await watched.read(look);
    expect(await announced()).toHaveLength(1);
    expect(await listPausedSystems(context.database)).toMatchObject([
      { system: 'billing', open: true, why: 'it answered 500' },
    ]);
    await watchConnector(context.database, system, billing).read(look);
    expect(await listPausedSystems(context.database)).toEqual([]);
    expect(await announced()).toHaveLength(2);
    const events = await listAudit(context.database, {});
    expect(events.filter(({ stream }) => stream === 'systems').map(({ type }) => type)).toEqual([
      'system.breaker_closed',
      'system.breaker_opened',
    ]);
  });
});

describe('a record that changed after the approval', () => {
  it('is asked about again, in a new round, if the action says that it must not have', async () => {
    const input = { account: '6', amount: '700.00' };
    const proposal = await approve(
      await proposedBy(context, 'refund-agent', { action: 'billing.write_off', input }),
    );
    billing.record = { ...billing.record, version: 2 };
    await executeDue(context, 10);
    expect(await getProposal(context.database, proposal.id)).toMatchObject({ state: 'pending', round: 2 });
    expect(written(proposal)).toBe(false);
    const [lapsed] = (await listAudit(context.database, { number: proposal.number })).filter(
      ({ type }) => type === 'approval.lapsed',
    );
    expect(lapsed?.data).toMatchObject({ because: 'the record has changed since it was approved' });
    await approve(await getProposal(context.database, proposal.id));
    await executeDue(context, 10);
    expect(await stateOf(proposal)).toBe('executed');
  });
});

describe('resolve', () => {
  it('settles an unknown outcome by who may, on record, and sends nothing', async () => {
    const manifests = testManifests(TEST_ENV, (files) => ({
      ...files,
      'systems/billing.yml': (files['systems/billing.yml'] ?? '')
        .replace(/^ {2}idempotency:.*\n/m, '')
        .replace(/^ {4}find:[\s\S]*?(?=^ {4}\w)/m, ''),
    }));
    const blind = await testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
    billing.answer = () => ({ kind: 'lost', why: 'the connection broke' });
    const one = await approve(await proposed(blind, { account: '7', amount: '700.00' }), blind);
    const two = await approve(await proposed(blind, { account: '8', amount: '700.00' }), blind);
    await executeDue(blind, 10);
    const writes = billing.writes.length;
    const lee = await member(context, 'ULEE', 'lee@acme.test');
    const resolve = ({ number }: Proposal, happened: boolean, person = lee) =>
      resolveUnknown(blind, { number, happened, person, groups: GROUPS });
    expect(await resolve(one, true, lea)).toMatchObject({ outcome: 'refused' });
    expect(await resolve(one, true)).toMatchObject({ outcome: 'resolved', proposal: { state: 'executed' } });
    expect(await resolve(two, false)).toMatchObject({ outcome: 'resolved', proposal: { state: 'failed' } });
    expect(await resolve(two, true)).toMatchObject({ outcome: 'refused' });
    expect(billing.writes).toHaveLength(writes);
    const [event] = await listAudit(context.database, { number: one.number });
    expect(event).toMatchObject({
      type: 'execution.resolved',
      actor: lee.principal,
      data: { happened: true },
    });
    await blind.close();
  });
});

describe('what was our own doing', () => {
  it('is held against no system', async () => {
    const system = context.manifests.systems.crm;
    if (!system) throw new Error('no crm');
    const ours: Answer = { kind: 'not_sent', why: 'it was held up', permanent: false, ours: true };
    const watched = watchConnector(context.database, system, { ...billing, read: async () => ours });
    const look = { method: 'GET', path: '/accounts/1', body: undefined };
    for (let n = 0; n < 6; n += 1) await watched.read(look);
    expect(await askSystem(context.database, 'crm', undefined, 1)).toBe(0);
    const blamed = watchConnector(context.database, system, {
      ...billing,
      read: async () => ({ kind: 'not_sent', why: 'the connection was refused', permanent: false }),
    });
    for (let n = 0; n < 6; n += 1) await blamed.read(look);
    expect(await askSystem(context.database, 'crm', undefined, 1)).toBeGreaterThan(0);
  });
});
