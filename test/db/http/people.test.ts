import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { readSwitches } from '../../../src/store/switches.ts';
import { GROUPS, member, proposed } from '../../support/desk.ts';
import { type Asking, ask } from '../../support/door.ts';
import { type DoorWorld, freshAccount, openDoorWorld } from '../../support/door-world.ts';
import { MANY_AGENTS_ENV, manyAgents } from '../../support/many-agents.ts';

/** The door that people have while Slack is down: here it is. */
let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld(manyAgents(blindBilling));
});
afterAll(() => world.close());

/** Billing that knows no key and can't be asked: a lost answer is an unknown outcome. */
function blindBilling(files: Record<string, string>): Record<string, string> {
  const billing = (files['systems/billing.yml'] ?? '')
    .replace(/^ {2}idempotency:.*\n/m, '')
    .replace(/^ {4}find:[\s\S]*?(?=^ {4}\w)/m, '');
  return { ...files, 'systems/billing.yml': billing };
}

type Name = 'dana' | 'lee' | 'lea' | 'eli';

function as(name: Name, command: string, body: Asking['body'] = {}) {
  const key = MANY_AGENTS_ENV[`${name.toUpperCase()}_KEY`] ?? '';
  return ask(world.door, `/v1/cli/${command}`, { body, key });
}

const off = async () => Object.keys((await readSwitches(world.context.database)).off);

async function switchedOn(): Promise<void> {
  for (const scope of await off()) {
    await as('dana', 'enable', { scope });
    await as('lee', 'enable', { scope });
  }
}

describe('who may use it', () => {
  it.each(['disable', 'enable', 'status', 'pending', 'show', 'resolve'])(
    'is nobody without a key of their own, nor an agent: %s',
    async (command) => {
      for (const key of [null, 'whsec_none', MANY_AGENTS_ENV.REFUND_AGENT_KEY ?? ''])
        expect((await ask(world.door, `/v1/cli/${command}`, { body: {}, key })).status).toBe(401);
      expect(await off()).toEqual([]);
    },
  );

  it('is no agent in disguise: a key of a person proposes nothing', async () => {
    const key = MANY_AGENTS_ENV.DANA_KEY ?? '';
    expect((await ask(world.door, '/v1/actions', { key })).status).toBe(401);
  });

  it('is judged as in Slack: a member sees the status, and switches nothing on', async () => {
    expect((await as('eli', 'status')).status).toBe(200);
    const refused = await as('eli', 'enable', { scope: 'refunds' });
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('in the group')]);
  });
});

describe('disable and enable', () => {
  it('holds once it is answered, and says what had begun', async () => {
    const done = await as('lea', 'disable', { scope: 'refunds', because: 'it repeats itself' });
    expect(done).toMatchObject({
      status: 200,
      body: { outcome: 'disabled', scope: 'refunds', under_way: [] },
    });
    expect(await off()).toEqual(['refunds']);
    const { body } = await as('eli', 'status');
    expect(body.off).toMatchObject([{ scope: 'refunds', reason: 'it repeats itself' }]);
    // Whether she is of a group that may, Slack does not say now: off in doubt, and never on.
    expect((await as('lea', 'enable', { scope: 'refunds' })).status).toBe(403);
    expect((await as('dana', 'enable', { scope: 'refunds' })).body).toMatchObject({ outcome: 'enabled' });
    expect(await off()).toEqual([]);
  });

  it('takes everything where nothing is said, and never for a word that it does not know', async () => {
    expect((await as('dana', 'disable')).body).toMatchObject({ scope: 'all' });
    await switchedOn();
    const unknown = await as('dana', 'disable', { scope: 'refund' });
    expect([unknown.status, unknown.body.nearest]).toEqual([404, 'refunds']);
    expect((await as('dana', 'disable', { scoep: 'refunds' })).status).toBe(422);
    expect((await as('dana', 'disable', '{"scope":')).status).toBe(400);
    expect(await off()).toEqual([]);
  });

  it('takes a second operator where it was off for long, and never one twice, by whatever door', async () => {
    await as('dana', 'disable', { scope: 'billing' });
    await agedByTwoHours('billing');
    const asked = await as('dana', 'enable', { scope: 'billing' });
    expect([asked.status, asked.body.because]).toEqual([202, 'it was off for more than an hour']);
    expect((await as('dana', 'enable', { scope: 'billing' })).status).toBe(202);
    expect(await off()).toEqual(['billing']);
    expect((await as('eli', 'status')).body.asked).toMatchObject([{ scope: 'billing' }]);
    expect((await as('lee', 'enable', { scope: 'billing' })).body).toMatchObject({ outcome: 'enabled' });
    expect(await off()).toEqual([]);
  });

  it('asks for a second where approved writes of that scope wait, and for no others', async () => {
    const { id, digest } = await proposed(world.context, { account: freshAccount() });
    await as('dana', 'disable', { scope: 'billing' });
    await as('dana', 'disable', { scope: 'crm' });
    const lea = await member(world.context, 'ULEA', 'lea@acme.test');
    const deciding = { verdict: 'approved', reason: null, person: lea, groups: GROUPS } as const;
    await decide(world.context, { ...deciding, proposalId: id, digest: digest ?? '' });
    expect((await as('dana', 'enable', { scope: 'crm' })).body).toMatchObject({ outcome: 'enabled' });
    const asked = await as('dana', 'enable', { scope: 'billing' });
    expect([asked.status, asked.body.because]).toEqual([202, '1 approved write is waiting']);
    expect((await as('lee', 'enable', { scope: 'billing' })).body).toMatchObject({ outcome: 'enabled' });
    const [event] = await world.context.database.sql<{ actor: string; by: string; first: string }[]>`
      select actor, data -> 'by' ->> 'principal' as by, data -> 'asked_by' ->> 'name' as first from audit_event
      where type = 'switch.enabled' order by at desc limit 1`;
    expect(event).toMatchObject({ actor: event?.by, first: expect.stringMatching(/dana/i) });
    await executeDue(world.context, 10);
  });

  it('knows a person of Slack as the same principal: nobody is their own second', async () => {
    const inSlack = await member(world.context, 'ULEE', 'lee@acme.test');
    const { sql } = world.context.database;
    await as('lee', 'disable', { scope: 'crm' });
    const [event] = await sql<{ by: string }[]>`
      select data -> 'by' ->> 'principal' as by from audit_event where type = 'switch.disabled' order by at desc limit 1`;
    expect(event?.by).toBe(inSlack.principal);
    await switchedOn();
  });
});

/** As if it had been switched off two hours ago; as the database's owner. */
async function agedByTwoHours(scope: string): Promise<void> {
  await world.owner(
    (sql) => sql`
      update switchboard set off = jsonb_set(off, array[${scope}, 'at'], to_jsonb(clock_timestamp() - interval '2 hours'))`,
  );
}

describe('reading', () => {
  it('lists what waits, and shows one with its history: that somebody looked is on record', async () => {
    const account = freshAccount();
    const { number } = await proposed(world.context, { account });
    const { body } = await as('eli', 'pending');
    expect(body.proposals).toContainEqual(expect.objectContaining({ number, account }));
    const shown = await as('dana', 'show', { proposal: String(number) });
    expect(shown.body).toMatchObject({ proposal: { number, state: 'pending' } });
    expect(shown.body.history).toMatchObject([
      { line: expect.stringContaining('proposed by refund-agent') },
      {},
    ]);
    const { sql } = world.context.database;
    const looked = await sql`select 1 from audit_event where type = 'audit.read' and number = ${number}`;
    expect(looked).toHaveLength(1);
    expect((await as('dana', 'show', { proposal: '99999' })).status).toBe(404);
  });
});

describe('resolve', () => {
  it('settles only what is unknown, for who may', async () => {
    const { number } = await proposed(world.context, { account: freshAccount() });
    const refused = await as('dana', 'resolve', { number, happened: true });
    expect([refused.status, refused.body.detail]).toEqual([
      403,
      expect.stringContaining('only an unknown outcome'),
    ]);
    expect((await as('eli', 'resolve', { number, happened: true })).body.detail).toContain('in the group');
    expect((await as('dana', 'resolve', { number: 99_999, happened: true })).status).toBe(404);
  });

  it('records what a person found, and sends nothing', async () => {
    world.billing.answer = () => ({ kind: 'lost', why: 'the connection broke' });
    const account = freshAccount();
    const { id, digest, number } = await proposed(world.context, { account });
    const lea = await member(world.context, 'ULEA', 'lea@acme.test');
    const deciding = { verdict: 'approved', reason: null, person: lea, groups: GROUPS } as const;
    await decide(world.context, { ...deciding, proposalId: id, digest: digest ?? '' });
    await executeDue(world.context, 10);
    expect((await as('dana', 'show', { proposal: String(number) })).body.proposal).toMatchObject({
      state: 'unknown',
    });
    const writes = world.billing.writes.length;
    const resolved = await as('dana', 'resolve', { number, happened: false });
    expect(resolved.body.proposal).toMatchObject({ number, state: 'failed' });
    expect(world.billing.writes).toHaveLength(writes);
  });
});

describe('rollback', () => {
  it('is planned by one operator and confirmed by another, of exactly the plan that they saw', async () => {
    world.billing.answer = () => ({
      kind: 'answered',
      status: 201,
      body: { id: 're_1' },
      retryAfterMs: undefined,
    });
    const account = freshAccount();
    const { id, digest } = await proposed(world.context, { account });
    const lea = await member(world.context, 'ULEA', 'lea@acme.test');
    const deciding = { verdict: 'approved', reason: null, person: lea, groups: GROUPS } as const;
    await decide(world.context, { ...deciding, proposalId: id, digest: digest ?? '' });
    await executeDue(world.context, 10);
    const what = `account ${account} 24h`;
    expect((await as('eli', 'rollback', { what })).status).toBe(403);
    expect((await as('dana', 'rollback', { what: 'billing' })).status).toBe(400);
    const plan = await as('dana', 'rollback', { what });
    expect(plan.body).toMatchObject({ state: 'planned', items: [{ account }] });
    const said = { plan: plan.body.id, digest: plan.body.digest ?? '' };
    expect((await as('lee', 'rollback/show', { plan: plan.body.id })).body).toEqual(plan.body);
    expect((await as('dana', 'rollback/confirm', said)).status).toBe(403);
    expect((await as('lee', 'rollback/confirm', { ...said, digest: 'sha256:0' })).status).toBe(403);
    const confirmed = await as('lee', 'rollback/confirm', said);
    const able = JSON.stringify(plan.body.items).includes('"class":"undo"');
    expect(confirmed.status).toBe(able ? 200 : 403);
  });
});
