import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { Context } from '../../src/context.ts';
import { testContext } from './context.ts';
import { freshDatabase } from './database.ts';
import { memoryBilling } from './desk.ts';
import { openDoor, type TestDoor } from './door.ts';
import { MANY_AGENTS_ENV, manyAgents } from './many-agents.ts';

export interface DoorWorld {
  readonly context: Context;
  readonly billing: ReturnType<typeof memoryBilling>;
  readonly door: TestDoor;
  /** The same behind a proxy on this machine that is trusted. */
  readonly proxied: TestDoor;
  /** How many proposals there are. */
  stored(): Promise<number>;
  /** Fails if something is stored by what `act` does. */
  storesNothing<T>(act: () => Promise<T>): Promise<T>;
  /** Does something as the database's owner. */
  owner(act: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void>;
  close(): Promise<void>;
}

/** The agents' door before a fresh database, with the agents of `manyAgents`. Nobody judges but the test. */
export async function openDoorWorld(manifests = manyAgents()): Promise<DoorWorld> {
  const db = await freshDatabase();
  const billing = memoryBilling();
  const env = MANY_AGENTS_ENV;
  const context = await testContext({
    url: db.appUrl,
    connectorOf: () => billing,
    env,
    manifests,
  });
  const door = await openDoor(context, { env, publicUrl: 'https://gate.acme.test' });
  const proxied = await openDoor(context, { env, trustedProxies: ['127.0.0.0/8'] });
  const stored = async () => {
    const [row] = await context.database.sql<{ n: number }[]>`select count(*)::int as n from proposal`;
    return row?.n ?? -1;
  };
  return {
    ...{ context, billing, door, proxied, stored },
    owner: async (act) => {
      const sql = postgres(db.url, { max: 1 });
      await act(sql);
      await sql.end();
    },
    storesNothing: async (act) => {
      const before = await stored();
      const result = await act();
      const more = (await stored()) - before;
      if (more !== 0) throw new Error(`${more} proposals were stored`);
      return result;
    },
    close: async () => {
      await Promise.all([door.close(), proxied.close()]);
      await context.close();
      await db.drop();
    },
  };
}

/** Looks until something is there, for 25 seconds at most: longer than a call to Postgres may take. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 25_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error('it did not come');
    // A look that awaits nothing of the outside would keep it from coming.
    await new Promise(setImmediate);
  }
}

/** An account that nothing else is about. */
export function freshAccount(): string {
  return String(Number.parseInt(randomUUID().slice(0, 8), 16));
}
