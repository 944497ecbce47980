import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assess } from '../../../src/lifecycle/assess.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { type Asking, ask, openDoor, type Reply, refund } from '../../support/door.ts';
import { type DoorWorld, freshAccount, openDoorWorld } from '../../support/door-world.ts';
import { MANY_AGENTS_ENV } from '../../support/many-agents.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

const get = (path: string, asking: Asking = {}) => ask(world.door, path, asking);
const propose = async (account = '4471') =>
  (await ask(world.door, '/v1/proposals', { body: refund({ account }) })).body;
const withdraw = (id: string | number, asking: Asking = {}) =>
  ask(world.door, `/v1/proposals/${id}/withdraw`, { method: 'POST', ...asking });
const other = { key: MANY_AGENTS_ENV.OTHER_AGENT_KEY ?? '' };
const slug = (reply: Reply) => [reply.status, reply.body.type];
const uuidOf = (id: string) => id.replace(/^prop_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

async function reject(id: string): Promise<void> {
  await assess(world.context, uuidOf(id));
  const { digest } = await getProposal(world.context.database, uuidOf(id));
  const person = await member(world.context, 'ULEA', 'lea@acme.test');
  const deciding = { verdict: 'rejected', reason: 'No ticket', person, groups: GROUPS } as const;
  const result = await decide(world.context, { ...deciding, proposalId: uuidOf(id), digest: digest ?? '' });
  expect(result.outcome).toBe('decided');
}

describe('GET /v1/proposals/{id}', () => {
  it('finds it by id, by UUID and by number', async () => {
    const { id, number } = await propose();
    for (const name of [id, uuidOf(id), number, `%23${number}`])
      expect((await get(`/v1/proposals/${name}`)).body.id).toBe(id);
  });

  it("does not find another agent's, nor what is no name", async () => {
    const { id, number } = await propose();
    for (const name of [id, number])
      expect(slug(await get(`/v1/proposals/${name}`, other))).toEqual([404, '/problems/no-such-proposal']);
    for (const name of [randomUUID(), '999999', 'prop_x', '%00', '%', "1'--"])
      expect(slug(await get(`/v1/proposals/${name}`))).toEqual([404, '/problems/no-such-proposal']);
  });

  it('answers 304 as long as the version is the one that the agent has', async () => {
    const { id } = await propose();
    const first = await get(`/v1/proposals/${id}`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toBe('"1"');
    for (const header of [etag, `W/${etag}`, `"9", ${etag}`, '*'])
      expect((await get(`/v1/proposals/${id}`, { headers: { 'if-none-match': header } })).status).toBe(304);
    await assess(world.context, uuidOf(id));
    const after = await get(`/v1/proposals/${id}`, { headers: { 'if-none-match': etag } });
    expect([after.status, after.headers.get('etag')]).toEqual([200, '"2"']);
  });

  it('is held until it is decided', async () => {
    const { id } = await propose();
    const held = get(`/v1/proposals/${id}?wait=30`);
    await reject(id);
    world.door.wakes.notify(uuidOf(id));
    expect((await held).body).toMatchObject({
      state: 'rejected',
      decision: 'rejected',
      outcome: 'not_executed',
      settled: true,
      decisions: [{ kind: 'reject', by: { id: 'ULEA', name: 'lea' }, reason: 'No ticket' }],
    });
  });

  it('is held until there is anything newer than a version', async () => {
    const { id, version } = await propose();
    const held = get(`/v1/proposals/${id}?wait=30&after_version=${version}`);
    await assess(world.context, uuidOf(id));
    world.door.wakes.notify(uuidOf(id));
    expect((await held).body).toMatchObject({ state: 'pending', version: version + 1 });
  });

  it('answers at once when it is so already, and when the time is over', async () => {
    const { id } = await propose();
    expect((await get(`/v1/proposals/${id}?wait=60&after_version=0`)).body.state).toBe('received');
    expect((await get(`/v1/proposals/${id}?wait=1`)).body.state).toBe('received');
  });

  it('lets everybody go who waits when the process stops', async () => {
    const { id } = await propose();
    const door = await openDoor(world.context, { env: MANY_AGENTS_ENV });
    const held = ask(door, `/v1/proposals/${id}?wait=60`);
    await door.waits.reached(1);
    door.stop();
    expect((await held).body.state).toBe('received');
    await door.close();
  });
});

describe('GET /v1/proposals', () => {
  it("lists the agent's own, the newest first, page by page", async () => {
    const account = freshAccount();
    const made = [await propose(account), await propose(account), await propose(account)].map(
      ({ number }) => number,
    );
    const foreign = await ask(world.door, '/v1/proposals', { body: refund({ account }), ...other });
    expect(foreign.status).toBe(202);
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await get(
        `/v1/proposals?account=${account}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(body.proposals);
      cursor = body.next_cursor;
    }
    const numbers = seen.map((page) => (Array.isArray(page) ? page.map((each) => each.number) : []));
    expect(numbers).toEqual([[made[2], made[1]], [made[0]]]);
  });

  it('narrows by state and time', async () => {
    const account = freshAccount();
    const [one, two] = [await propose(account), await propose(account)];
    await withdraw(one.id);
    const numbers = async (query: string) => {
      const { proposals } = (await get(`/v1/proposals?account=${account}&${query}`)).body;
      return Array.isArray(proposals) ? proposals.map((each) => Object(each).number) : [];
    };
    expect(await numbers('state=withdrawn')).toEqual([one.number]);
    expect(await numbers('state=received,withdrawn')).toEqual([two.number, one.number]);
    expect(await numbers(`since=${two.created_at}`)).toEqual([two.number]);
    expect(await numbers('since=2999-01-01T00:00:00Z')).toEqual([]);
  });

  it('answers 400 to what it does not know', async () => {
    expect(slug(await get('/v1/proposals?agent=other-agent'))).toEqual([400, '/problems/bad-request']);
  });
});

describe('POST /v1/proposals/{id}/withdraw', () => {
  it('takes it back, and says the same when asked again', async () => {
    const { id } = await propose();
    const [first, again] = [await withdraw(id), await withdraw(id)];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toMatchObject({
      state: 'withdrawn',
      settled: true,
      decision: null,
      outcome: 'not_executed',
      version: 2,
    });
  });

  it('answers 409 once somebody has decided', async () => {
    const { id, number } = await propose();
    await reject(id);
    const reply = await withdraw(id);
    expect(slug(reply)).toEqual([409, '/problems/too-late']);
    expect(reply.body).toMatchObject({
      state: 'rejected',
      detail: `#${number} is rejected: it can't be taken back any more.`,
    });
  });

  it("does not find another agent's", async () => {
    const { id } = await propose();
    expect(slug(await withdraw(id, other))).toEqual([404, '/problems/no-such-proposal']);
    expect((await get(`/v1/proposals/${id}`)).body.state).toBe('received');
  });

  it('is nothing that a GET does', async () => {
    const { id } = await propose();
    const reply = await get(`/v1/proposals/${id}/withdraw`);
    expect(slug(reply)).toEqual([405, '/problems/method-not-allowed']);
    expect(reply.headers.get('allow')).toBe('POST');
    expect((await get(`/v1/proposals/${id}`)).body.state).toBe('received');
  });
});

describe('GET /v1/actions', () => {
  it('says what the agent may propose, with its schema and who decides what', async () => {
    const { body } = await get('/v1/actions', other);
    expect(body).toEqual({
      actions: [
        {
          action: 'billing.refund',
          title: 'Refund an invoice',
          system: 'billing',
          workflow: 'refunds',
          currency: 'USD',
          reversible: true,
          irreversible: null,
          input: expect.objectContaining({ required: ['account', 'invoice', 'amount'] }),
          tiers: [
            { impact: 'below 500.00', decide: 'agent', by: [] },
            { impact: 'in 500.00–5000.00', decide: 'human', by: ['@support-leads'] },
            { impact: 'above 5000.00', decide: 'named', by: ['dana@acme.test'] },
          ],
        },
      ],
    });
    const idle = await get('/v1/actions', { key: MANY_AGENTS_ENV.IDLE_AGENT_KEY ?? '' });
    expect(idle.body).toEqual({ actions: [] });
  });
});

describe('asking for what there is not', () => {
  it.each([
    ['/v1/proposal', 404, 'Did you mean /v1/proposals?'],
    ['/v1/proposals/', 404, 'Did you mean /v1/proposals?'],
    ['/', 404, 'GET /v1/actions'],
    ['//evil.test/v1/proposals', 404, ''],
    ['/v1/../v1/secrets', 404, ''],
  ])('answers %s with %i', async (path, status, words) => {
    const reply = await get(path);
    expect(slug(reply)).toEqual([status, '/problems/no-such-route']);
    expect(reply.body.detail).toContain(words);
  });

  it.each([
    ['DELETE', '/v1/proposals', 'POST, GET, HEAD'],
    ['PUT', '/v1/proposals/1001', 'GET, HEAD'],
    ['POST', '/v1/actions', 'GET, HEAD'],
    ['POST', '/livez', 'GET, HEAD'],
  ])('answers 405 to %s %s and says what it takes', async (method, path, allow) => {
    const reply = await get(path, { method });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, allow]);
  });
});

describe('asking how it is', () => {
  it('is answered to everybody', async () => {
    for (const path of ['/livez', '/healthz', '/readyz'])
      expect((await get(path, { key: null })).status).toBe(200);
    expect((await get('/readyz', { key: null })).body).toEqual({ ready: true, checks: { database: true } });
  });

  it('answers 503 while it is not ready', async () => {
    const readiness = async () => ({ ready: false, checks: { database: false } });
    const door = await openDoor(world.context, { env: MANY_AGENTS_ENV, readiness });
    const reply = await ask(door, '/readyz', { key: null });
    expect([reply.status, reply.body.checks]).toEqual([503, { database: false }]);
    await door.close();
  });
});
