import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, type Database, DatabaseAway, openDatabase } from '../../../src/store/database.ts';
import { listen } from '../../../src/store/notifications.ts';
import { pingDatabase } from '../../../src/store/ping.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { openTcpProxy, type TcpProxy, targetOf, through } from '../../support/tcp-proxy.ts';

const DEADLINE_MS = 1_200;

let db: FreshDatabase;
let proxy: TcpProxy;
let database: Database;
let overruns: number[];

beforeEach(async () => {
  db = await freshDatabase();
  proxy = await openTcpProxy(targetOf(db.appUrl));
  overruns = [];
  database = openDatabase({
    url: through(proxy, db.appUrl),
    connections: 1,
    callDeadlineMs: DEADLINE_MS,
    onOverrun: (inARow) => void overruns.push(inARow),
  });
});
afterEach(async () => {
  proxy.mend();
  await database.close();
  await proxy.close();
  await db.drop();
});

describe('connections that a network has forgotten', () => {
  it('are given up for new ones at the first call that is not answered, however many waited', async () => {
    await pingDatabase(database);
    proxy.forget();
    const waiting = await Promise.allSettled([1, 2, 3, 4].map(() => pingDatabase(database)));
    for (const each of waiting)
      expect(each).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseAway) });
    await pingDatabase(database);
    expect(overruns).toEqual([1]);
  });

  it('are given up for new ones that listen as well', async () => {
    const heard: string[] = [];
    const unlisten = await listen(database, {
      onNotice: (notice) => void heard.push(notice),
      onConnect: () => void heard.push('connected'),
    });
    await pingDatabase(database);
    proxy.forget();
    await expect(pingDatabase(database)).rejects.toThrow(DatabaseAway);
    await expect.poll(() => heard).toEqual(['connected', 'connected']);
    await ask(database.sql`select pg_notify('countersign', 'outbox')`);
    await expect.poll(() => heard).toEqual(['connected', 'connected', 'outbox']);
    await unlisten();
  });

  it('are counted until one is answered', async () => {
    await pingDatabase(database);
    const silence = async () => {
      proxy.forget();
      await expect(pingDatabase(database)).rejects.toThrow(DatabaseAway);
    };
    await silence();
    await pingDatabase(database);
    await silence();
    expect(overruns).toEqual([1, 1]);
    // Connected, and silent before the first answer.
    await database.sql`select 1`;
    await silence();
    expect(overruns).toEqual([1, 1, 2]);
  });
});
