import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/domain/json.ts';
import { OPERATIONS } from '../../../src/http/operations.ts';
import { askQuestion } from '../../../src/lifecycle/ask-question.ts';
import { assess } from '../../../src/lifecycle/assess.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV } from '../../support/context.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { refund } from '../../support/door.ts';
import { type DoorWorld, freshAccount, openDoorWorld } from '../../support/door-world.ts';
import { type GeneratedClient, generateClient } from '../../support/generated-client.ts';
import { MANY_AGENTS_ENV } from '../../support/many-agents.ts';

let world: DoorWorld;
let client: GeneratedClient;
beforeAll(async () => {
  world = await openDoorWorld();
  client = await generateClient(world.door.url);
});
afterAll(() => world.close());

const uuidOf = (id: Json | undefined) =>
  (typeof id === 'string' ? id : '').replace(/^prop_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

async function pending(): Promise<string> {
  const { body } = await client.call('propose', { body: refund({ account: freshAccount() }) });
  const id = uuidOf(body.id);
  await assess(world.context, id);
  return id;
}

const system = { path: { system: 'fulfilment' }, key: TEST_ENV.FULFILMENT_TOKEN ?? '' };

describe('a client that a generator makes of the document', () => {
  it('proposes, reads, lists and takes back', async () => {
    const id = await pending();
    expect((await client.call('getProposal', { path: { id } })).status).toBe(200);
    const listed = await client.call('listProposals', { query: { limit: '3' } });
    expect(listed.body.proposals).not.toEqual([]);
    expect((await client.call('withdraw', { path: { id } })).body.state).toBe('withdrawn');
    expect((await client.call('withdraw', { path: { id: await pending() } })).status).toBe(200);
  });

  it('tries a proposal first', async () => {
    const dry = await client.call('propose', { query: { dry_run: 'true' }, body: refund() });
    expect(dry).toMatchObject({ status: 200, body: { dry_run: true } });
  });

  it('answers a question, and reads who approved', async () => {
    const id = await pending();
    const person = await member(world.context, 'ULEA', 'lea@acme.test');
    const asked = await askQuestion(world.context, { proposalId: id, text: 'Why?', person, groups: GROUPS });
    const qid = asked.outcome === 'asked' ? asked.question : '';
    const answered = await client.call('answer', { path: { id, qid }, body: { text: 'A ticket' } });
    expect(answered.status).toBe(200);
    const { digest } = await getProposal(world.context.database, id);
    const deciding = { verdict: 'approved', reason: null, person, groups: GROUPS } as const;
    await decide(world.context, { ...deciding, proposalId: id, digest: digest ?? '' });
    expect((await client.call('getReceipt', { path: { id } })).status).toBe(200);
    expect((await client.call('getProposal', { path: { id } })).body.decision).toBe('approved');
  });

  it('reads what may be done, and all that anybody may read', async () => {
    expect((await client.call('listActions')).body.actions).not.toEqual([]);
    for (const id of ['getKeys', 'getOpenApi', 'getDocs', 'isAlive', 'isHealthy', 'isReady'])
      expect((await client.call(id)).status).toBe(200);
    expect((await client.call('getProblem', { path: { name: 'unproved' } })).status).toBe(200);
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await client.call('mcp', { body: ping })).status).toBe(200);
  });

  it('is a system that collects, acknowledges and tells', async () => {
    expect((await client.call('collect', system)).status).toBe(200);
    const unknown = { ...system, path: { ...system.path, id: 'none' }, body: { outcome: 'done' } };
    expect((await client.call('acknowledge', unknown)).status).toBe(404);
    const event = { specversion: '1.0', id: freshAccount(), source: '/batch', type: 'told' };
    expect((await client.call('tellAgents', { ...system, body: event })).status).toBe(202);
    const key = TEST_ENV.WAREHOUSE_AGENT_KEY ?? '';
    const told = await client.call('listEvents', { query: { system: 'fulfilment' }, key });
    expect(told.body.events).toMatchObject([event]);
  });

  it('is a person with a key of their own', async () => {
    const key = MANY_AGENTS_ENV.DANA_KEY ?? '';
    const number = Number((await client.call('getProposal', { path: { id: await pending() } })).body.number);
    expect((await client.call('disable', { key, body: { scope: 'crm' } })).status).toBe(200);
    // What waits in billing is none of its business.
    expect((await client.call('enable', { key, body: { scope: 'crm' } })).status).toBe(200);
    expect((await client.call('getStatus', { key, body: {} })).status).toBe(200);
    expect((await client.call('listPending', { key, body: {} })).body.proposals).not.toEqual([]);
    expect((await client.call('show', { key, body: { proposal: String(number) } })).status).toBe(200);
    expect((await client.call('resolve', { key, body: { number, happened: true } })).status).toBe(403);
    expect((await client.call('drill', { key, body: { system: 'billing' } })).status).toBe(202);
    expect((await client.call('getDrill', { key, body: { drill: 'none' } })).status).toBe(404);
    expect((await client.call('planRollback', { key, body: { what: 'billing 24h' } })).status).toBe(403);
    const plan = '0199a000-0000-7000-8000-000000000000';
    expect((await client.call('getRollback', { key, body: { plan } })).status).toBe(404);
    expect((await client.call('confirmRollback', { key, body: { plan, digest: 'x' } })).status).toBe(403);
  });

  it.each([
    ['propose', {}, 422],
    ['propose', { ...refund(), action: 'billing.refnd' }, 404],
    ['propose', { ...refund(), reason: 7 }, 422],
  ])('reads a refusal of %s that is described', async (operation, body, status) => {
    expect((await client.call(operation, { body })).status).toBe(status);
  });

  it('has called every operation that there is', () => {
    expect([...client.called].toSorted()).toEqual(client.operations.toSorted());
    expect(client.operations.toSorted()).toEqual(
      Object.values(OPERATIONS)
        .map(({ id }) => id)
        .toSorted(),
    );
  });
});
