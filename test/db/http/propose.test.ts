import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assess } from '../../../src/lifecycle/assess.ts';
import { switchOff, switchOn } from '../../../src/store/switches.ts';
import { type Asking, ask, type Reply, refund } from '../../support/door.ts';
import { type DoorWorld, eventually, freshAccount, openDoorWorld } from '../../support/door-world.ts';
import { MANY_AGENTS_ENV } from '../../support/many-agents.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

const post = (asking: Asking = {}, query = '') =>
  ask(world.door, `/v1/proposals${query}`, { method: 'POST', body: refund(), ...asking });
const key = (name: string) => MANY_AGENTS_ENV[name] ?? '';
const slug = (reply: Reply) => [reply.status, reply.body.type];

describe('accepting a proposal', () => {
  it('answers 202 with the proposal and its place once it is durable', async () => {
    const reply = await post({ body: refund({ metadata: { thread: 't-1' } }) });
    expect(reply.status).toBe(202);
    expect(reply.headers.get('location')).toBe(`/v1/proposals/${reply.body.id}`);
    expect(reply.headers.get('etag')).toBe('"1"');
    expect(reply.body).toMatchObject({
      state: 'received',
      version: 1,
      metadata: { thread: 't-1' },
      impact: { amount: '1250.00', currency: 'USD', claimed: null },
      tier: { decide: 'human', why: '1250.00 is in 500.00–5000.00' },
      url: `https://gate.acme.test/v1/proposals/${reply.body.id}`,
    });
    const [row] = await world.context.database
      .sql`select state from proposal where number = ${reply.body.number}`;
    expect(row).toEqual({ state: 'received' });
  });

  it('keeps a well-formed traceparent and ignores another', async () => {
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const kept = await post({ headers: { traceparent: trace } });
    const ignored = await post({ headers: { traceparent: 'nonsense' } });
    const rows = await world.context.database.sql<{ traceparent: string | null }[]>`
      select traceparent from proposal where number in (${kept.body.number}, ${ignored.body.number}) order by number`;
    expect(rows.map((row) => row.traceparent)).toEqual([trace, null]);
  });

  it('holds the answer until it is judged, and answers by what is so then', async () => {
    const account = freshAccount();
    const held = post({ body: refund({ account }) }, '?wait=30');
    const id = await eventually(async () => {
      const [row] = await world.context.database.sql<
        { id: string }[]
      >`select id from proposal where account = ${account}`;
      return row?.id;
    });
    await assess(world.context, id);
    world.door.wakes.notify(id);
    expect((await held).body).toMatchObject({ state: 'pending', version: 2 });
  });

  it('says that nothing is stored by a dry run, for how much it is and who would decide', async () => {
    const reply = await world.storesNothing(() => post({}, '?dry_run=true'));
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      dry_run: true,
      next: 'Nothing is stored. Proposed, it would wait for somebody of support-leads.',
      summary: 'Refund 1250.00 of invoice inv_9',
      impact: { amount: '1250.00', currency: 'USD', claimed: null },
      tier: { decide: 'human', why: '1250.00 is in 500.00–5000.00' },
      deciders: ['@support-leads'],
    });
  });
});

describe('proposing under a key', () => {
  it('answers 200 with the same proposal for the same key and body, by header or field', async () => {
    const id = randomUUID();
    const first = await post({ headers: { 'idempotency-key': id } });
    const again = await post({ headers: { 'idempotency-key': id } });
    const byField = await post({ body: { ...refund(), idempotency_key: id } });
    const both = await post({
      body: { ...refund(), idempotency_key: id },
      headers: { 'idempotency-key': id },
    });
    expect([first.status, again.status, byField.status, both.status]).toEqual([202, 200, 200, 200]);
    expect(new Set([first, again, byField, both].map((reply) => reply.body.id)).size).toBe(1);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('does not care how the same body is written', async () => {
    const id = randomUUID();
    const headers = { 'idempotency-key': id };
    const first = await post({
      headers,
      body: '{"action":"billing.refund","reason":"a","input":{"account":"1","invoice":"i","amount":"1.00"}}',
    });
    const again = await post({
      headers,
      body: '{ "input": {"amount":"1.00","invoice":"\\u0069","account":"1"},\n"reason":"a", "action":"billing.refund", "metadata": {} }',
    });
    expect([first.status, again.status]).toEqual([202, 200]);
  });

  it('answers 409 for the same key and another body', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    await post({ headers });
    const other = await world.storesNothing(() => post({ headers, body: refund({ amount: '1250.01' }) }));
    expect(slug(other)).toEqual([409, '/problems/key-reused']);
  });

  it("keeps two agents' keys apart", async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const one = await post({ headers });
    const two = await post({ headers, key: key('OTHER_AGENT_KEY') });
    expect([one.status, two.status]).toEqual([202, 202]);
    expect(two.body.id).not.toBe(one.body.id);
  });

  it('stores one of fifty that come at once under one key', async () => {
    const before = await world.stored();
    const headers = { 'idempotency-key': randomUUID() };
    const replies = await Promise.all(Array.from({ length: 50 }, () => post({ headers })));
    expect(replies.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([
      ...Array(49).fill(200),
      202,
    ]);
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
    expect(await world.stored()).toBe(before + 1);
  });

  it('answers 400 for a header and a field that differ', async () => {
    const body = { ...refund(), idempotency_key: 'one' };
    const reply = await world.storesNothing(() => post({ body, headers: { 'idempotency-key': 'two' } }));
    expect(slug(reply)).toEqual([400, '/problems/two-keys']);
  });

  it.each([
    ['x'.repeat(255), 202],
    ['x'.repeat(256), 400],
    ['two words', 400],
  ])('takes up to 255 visible characters (%#)', async (id, status) => {
    expect((await post({ headers: { 'idempotency-key': id } })).status).toBe(status);
  });
});

describe('having proposed enough', () => {
  it('answers 429 beyond the rate, and says when to come back', async () => {
    const other = { key: key('OTHER_AGENT_KEY') };
    const statuses = [];
    let last = await post(other, '?dry_run=true');
    for (let tries = 0; tries < 3 && last.status !== 429; tries += 1) {
      statuses.push(last.status);
      last = await post(other);
    }
    expect(slug(last)).toEqual([429, '/problems/too-many']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(1_000);
    expect(Number(last.headers.get('retry-after'))).toBeLessThanOrEqual(1_200);
    expect(statuses).not.toHaveLength(0);
  });

  it('answers 429 while as many wait as may', async () => {
    const asking = {
      method: 'POST',
      body: refund(),
      key: key('SLOW_AGENT_KEY'),
      headers: { 'x-forwarded-for': '192.0.2.7' },
    };
    const first = await ask(world.proxied, '/v1/proposals', asking);
    const second = await ask(world.proxied, '/v1/proposals', asking);
    expect([first.status, second.status]).toEqual([202, 202]);
    const third = await world.storesNothing(() => ask(world.proxied, '/v1/proposals', asking));
    expect(slug(third)).toEqual([429, '/problems/too-many-pending']);
    expect(third.headers.get('retry-after')).toBe('30');
    const { method, body: _, ...rest } = asking;
    await ask(world.proxied, `/v1/proposals/${first.body.id}/withdraw`, { method, ...rest });
    expect((await ask(world.proxied, '/v1/proposals', asking)).status).toBe(202);
  });
});

describe('proposing while a kill switch is on', () => {
  const by = { principal: 'person:test', id: 'UDANA', name: 'Dana' };

  it.each([
    ['all', 'Everything is disabled.'],
    ['refund-agent', 'The agent refund-agent is disabled.'],
    ['billing', 'The system billing is disabled.'],
    ['refunds', 'The workflow refunds is disabled.'],
  ])('answers 423 with what is off: %s', async (scope, words) => {
    await switchOff(world.context.database, scope, by, null);
    try {
      const reply = await world.storesNothing(() => post());
      expect(slug(reply)).toEqual([423, '/problems/disabled']);
      expect(reply.body).toMatchObject({ scope, detail: expect.stringContaining(words) });
    } finally {
      await switchOn(world.context.database, scope, by, null);
    }
    expect((await post()).status).toBe(202);
  });
});
