import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { startPostgres } from '../../../src/demo/postgres.ts';
import { readDurability } from '../../../src/store/durability.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { testContext } from '../../support/context.ts';
import { memoryBilling } from '../../support/desk.ts';
import { ask, openDoor, refund, type TestDoor } from '../../support/door.ts';
import { eventually } from '../../support/door-world.ts';

/** A Postgres of its own, since what it promises is a matter of the whole server. */
let server: { url: string; stop(): Promise<void> };
let directory: string;
let admin: Sql;
let context: Context & { close(): Promise<void> };
let door: TestDoor;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-standby-'));
  await chmod(directory, 0o755);
  server = await startPostgres({
    dataDir: join(directory, 'postgres'),
    settings: { synchronous_commit: 'off' },
  });
  await migrate({ url: server.url });
  admin = postgres(server.url, { max: 1, onnotice: () => {} });
  context = await testContext({ url: server.url, connectorOf: () => memoryBilling() });
  door = await openDoor(context);
});
afterAll(async () => {
  await setTo('synchronous_standby_names', '');
  await door.close();
  await context.close();
  await admin.end();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

async function setTo(setting: string, value: string): Promise<void> {
  await admin.unsafe(`alter system set ${setting} = '${value}'`);
  await admin`select pg_reload_conf()`;
  const isSo = async () => (await admin<{ v: string }[]>`select current_setting(${setting}) as v`)[0]?.v;
  await eventually(async () => ((await isSo()) === value ? true : undefined));
}

describe('what Postgres promises', () => {
  it('is read from the server, as it is now', async () => {
    const { database } = context;
    expect(await readDurability(database)).toBe('single-node');
    await setTo('synchronous_standby_names', 'nobody');
    expect(await readDurability(database)).toBe('synchronous-standby');
    await setTo('fsync', 'off');
    expect(await readDurability(database)).toBe('none');
    await setTo('synchronous_standby_names', '');
  });

  it('is waited for, though the server’s own default is not to', async () => {
    const [row] = await context.database.sql<{ commit: string }[]>`
      select current_setting('synchronous_commit') as commit`;
    expect(row?.commit).toBe('on');
  });
});

describe('a commit that was let go before its standby had it', () => {
  it('is not answered for, nor is who asks again; under the same key it is once it can be', async () => {
    await setTo('synchronous_standby_names', 'nobody');
    const asking = { body: refund(), headers: { 'idempotency-key': randomUUID() } };
    let answered = false;
    const waiting = ask(door, '/v1/proposals', asking).finally(() => {
      answered = true;
    });
    await eventually(async () => {
      await admin`select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`;
      return answered || undefined;
    });
    expect(await waiting).toMatchObject({ status: 503, body: { type: '/problems/database-away' } });
    await setTo('synchronous_standby_names', '');
    expect((await ask(door, '/v1/proposals', asking)).status).toBeLessThan(300);
    expect(await context.database.sql`select 1 from proposal`).toHaveLength(1);
  });
});
