import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Reply, refund } from '../../support/door.ts';
import { type DoorWorld, openDoorWorld } from '../../support/door-world.ts';
import { signedAsAgent } from '../../support/sign-as-agent.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

const slug = (reply: Reply) => [reply.status, reply.body.type];

describe('proposing under a signature', () => {
  it('stores one, however often it is replayed', async () => {
    const before = await world.stored();
    const asking = signedAsAgent(JSON.stringify(refund()));
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => ask(world.door, '/v1/proposals', asking)),
    );
    expect(replies.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([
      ...Array(19).fill(200),
      202,
    ]);
    expect(await world.stored()).toBe(before + 1);
  });

  it('answers 409 for the same id and another body', async () => {
    const id = randomUUID();
    await ask(world.door, '/v1/proposals', signedAsAgent(JSON.stringify(refund()), id));
    const other = await ask(
      world.door,
      '/v1/proposals',
      signedAsAgent(JSON.stringify(refund({ amount: '9.00' })), id),
    );
    expect(slug(other)).toEqual([409, '/problems/key-reused']);
  });

  it('refuses a body that was changed on its way', async () => {
    const asking = signedAsAgent(JSON.stringify(refund()));
    const reply = await world.storesNothing(() =>
      ask(world.door, '/v1/proposals', { ...asking, body: JSON.stringify(refund({ amount: '4999.00' })) }),
    );
    expect(slug(reply)).toEqual([401, '/problems/unproved']);
  });

  it('is not stored a second time by whoever adds a key or takes dry_run away, which no signature covers', async () => {
    const asking = signedAsAgent(JSON.stringify(refund()));
    expect((await ask(world.door, '/v1/proposals', asking)).status).toBe(202);
    const replay = { ...asking, headers: { ...asking.headers, 'idempotency-key': randomUUID() } };
    expect(slug(await world.storesNothing(() => ask(world.door, '/v1/proposals', replay)))).toEqual([
      400,
      '/problems/two-keys',
    ]);
    const dry = signedAsAgent(JSON.stringify(refund()));
    expect(slug(await ask(world.door, '/v1/proposals?dry_run=true', dry))).toEqual([
      400,
      '/problems/bad-request',
    ]);
  });

  it('takes back only what its body names', async () => {
    const mine = await ask(world.door, '/v1/proposals', { body: refund() });
    const other = await ask(world.door, '/v1/proposals', { body: refund() });
    const body = JSON.stringify({ proposal: mine.body.id });
    const wrong = await ask(world.door, `/v1/proposals/${other.body.id}/withdraw`, signedAsAgent(body));
    expect(slug(wrong)).toEqual([400, '/problems/bad-request']);
    const right = await ask(world.door, `/v1/proposals/${mine.body.id}/withdraw`, signedAsAgent(body));
    expect([right.status, right.body.state]).toEqual([200, 'withdrawn']);
  });
});
