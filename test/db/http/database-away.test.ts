import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { assess } from '../../../src/lifecycle/assess.ts';
import { listen } from '../../../src/store/notifications.ts';
import { testContext } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { memoryBilling } from '../../support/desk.ts';
import { ask, openDoor, type Reply, refund, type TestDoor } from '../../support/door.ts';
import { eventually, freshAccount } from '../../support/door-world.ts';
import { openTcpProxy, type TcpProxy, targetOf, through } from '../../support/tcp-proxy.ts';

let db: FreshDatabase;
let proxy: TcpProxy;
/** The door's process, which reaches Postgres through the proxy. */
let context: Context & { close(): Promise<void> };
/** Another process over the same Postgres. */
let elsewhere: Context & { close(): Promise<void> };
let door: TestDoor;

beforeAll(async () => {
  db = await freshDatabase();
  proxy = await openTcpProxy(targetOf(db.appUrl));
  const billing = memoryBilling();
  context = await testContext({ url: through(proxy, db.appUrl), connectorOf: () => billing });
  elsewhere = await testContext({ url: db.appUrl, connectorOf: () => billing });
  door = await openDoor(context);
});
afterEach(() => proxy.mend());
afterAll(async () => {
  await door.close();
  await Promise.all([context.close(), elsewhere.close()]);
  await proxy.close();
  await db.drop();
});

const post = (key: string, query = '') =>
  ask(door, `/v1/proposals${query}`, { body: refund(), headers: { 'idempotency-key': key } });
const slug = (reply: Reply) => [reply.status, reply.body.type];

async function storedUnder(key: string): Promise<number> {
  const rows = await elsewhere.database.sql`select 1 from proposal where idempotency_key = ${key}`;
  return rows.length;
}

describe('proposing while Postgres is away', () => {
  it('answers 503, accepts nothing, and recovers by itself', async () => {
    proxy.cut();
    const key = randomUUID();
    const reply = await post(key);
    expect(slug(reply)).toEqual([503, '/problems/database-away']);
    expect(reply.headers.get('retry-after')).toBe('2');
    expect(await storedUnder(key)).toBe(0);
    for (const path of ['/v1/proposals', '/v1/proposals/1001'])
      expect(slug(await ask(door, path))).toEqual([503, '/problems/database-away']);
    proxy.mend();
    const after = await eventually(async () => {
      const tried = await post(key);
      return tried.status === 503 ? undefined : tried;
    });
    expect(after.status).toBe(202);
    expect(await storedUnder(key)).toBe(1);
  });

  it('never says that nothing was accepted of what is durable', async () => {
    const key = randomUUID();
    const held = post(key, '?wait=30');
    await eventually(async () => ((await storedUnder(key)) === 1 ? true : undefined));
    await door.waits.reached(1);
    proxy.cut();
    door.wakes.notifyAll();
    const reply = await held;
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({
      state: 'received',
      next: expect.stringContaining('accepted and durable'),
    });
    expect(reply.headers.get('location')).toBe(`/v1/proposals/${reply.body.id}`);
  });

  it.each([1, 5, 10, 15, 20, 25])(
    'loses and doubles nothing when the answer %i from Postgres is lost',
    async (nth) => {
      const keys: string[] = [];
      const statuses: number[] = [];
      const isLost = proxy.loseAnswer(nth);
      while (!isLost()) {
        const some = Array.from({ length: 20 }, () => randomUUID());
        keys.push(...some);
        await Promise.all(
          some.map((key) =>
            eventually(async () => {
              const { status } = await post(key, '?until=settled');
              statuses.push(status);
              return status === 503 ? undefined : status;
            }),
          ),
        );
      }
      expect([200, 202, 503]).toEqual(expect.arrayContaining([...new Set(statuses)]));
      for (const key of keys) expect(await storedUnder(key)).toBe(1);
    },
  );
});

describe('waiting for what another process does', () => {
  it('wakes by a notice from Postgres', async () => {
    const unlisten = await listen(context.database, {
      onNotice: (notice) => door.wakes.notify(notice.replace('proposal:', '')),
      onConnect: () => door.wakes.notifyAll(),
    });
    const account = freshAccount();
    const held = ask(door, '/v1/proposals?wait=60', { body: refund({ account }) });
    const id = await eventually(async () => {
      const [row] = await elsewhere.database.sql<
        { id: string }[]
      >`select id from proposal where account = ${account}`;
      return row?.id;
    });
    await assess(elsewhere, id);
    expect((await held).body).toMatchObject({ state: 'pending', version: 2 });
    await unlisten();
  });
});
