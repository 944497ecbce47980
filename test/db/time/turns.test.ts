import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTurns, RANK, type Turns } from '../../../src/slack/turns.ts';
import { type Database, openDatabase } from '../../../src/store/database.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { type DatabaseClock, takeOverClock } from '../../support/database-clock.ts';

let db: FreshDatabase;
let clock: DatabaseClock;
let databases: Database[];
/** Of two processes. */
let ours: Turns;
let theirs: Turns;

beforeAll(async () => {
  db = await freshDatabase();
  clock = await takeOverClock(db.url);
  databases = [openDatabase({ url: db.appUrl }), openDatabase({ url: db.appUrl })];
  const [first, second] = databases.map(createTurns);
  if (!first || !second) throw new Error('there are no two');
  [ours, theirs] = [first, second];
});
afterAll(async () => {
  await Promise.all(databases.map((each) => each.close()));
  await clock.close();
  await db.drop();
});

const MINUTE = 60_000;
const SECOND = 1_000;

/** 0: it was its turn; else the milliseconds that it was told to wait. */
async function waitOf(taken: Promise<void>): Promise<number> {
  try {
    await taken;
    return 0;
  } catch (error) {
    return (error as { retryAfterMs?: number }).retryAfterMs ?? Number.NaN;
  }
}

describe('the turns that Slack gives', () => {
  it('are one a second and channel for all processes together, and another channel has its own', async () => {
    const both = await Promise.all([
      waitOf(ours.take('C1', RANK.card)),
      waitOf(theirs.take('C1', RANK.card)),
    ]);
    expect(both.toSorted((a, b) => a - b)).toEqual([0, 1_000]);
    await clock.pass(999);
    expect(await waitOf(ours.take('C1', RANK.card))).toBe(1);
    expect(await waitOf(ours.take('C2', RANK.card))).toBe(0);
    await clock.pass(1);
    expect(await waitOf(theirs.take('C1', RANK.card))).toBe(210 - 1);
  });

  it('go to the kill switch first, then to who is called, then to new cards', async () => {
    await clock.pass(MINUTE);
    await ours.take('C3', RANK.card);
    const waiting = [RANK.card, RANK.call, RANK.switched] as const;
    for (const rank of waiting) expect(await waitOf(ours.take('C3', rank))).toBeGreaterThan(0);
    const order: number[] = [];
    for (const _ of waiting) {
      await clock.pass(SECOND);
      // Whoever is later comes first, and has to let the others go.
      for (const rank of waiting)
        if (!order.includes(rank) && (await waitOf(theirs.take('C3', rank))) === 0) order.push(rank);
    }
    expect(order).toEqual([RANK.switched, RANK.call, RANK.card]);
  });

  it('go on without whoever kept one and did not come for it', async () => {
    await clock.pass(MINUTE);
    await ours.take('C4', RANK.card);
    expect(await waitOf(theirs.take('C4', RANK.switched))).toBe(1_000);
    await clock.pass(1_500);
    expect(await waitOf(ours.take('C4', RANK.card))).toBeGreaterThan(0);
    await clock.pass(1_000);
    expect(await waitOf(ours.take('C4', RANK.card))).toBe(0);
  });

  it('are fewer than fifty updates in any minute', async () => {
    await clock.pass(MINUTE);
    let taken = 0;
    for (let second = 0; second < 60; second += 1) {
      if ((await waitOf(ours.takeUpdate())) === 0) taken += 1;
      if ((await waitOf(theirs.takeUpdate())) === 0) taken += 1;
      await clock.pass(SECOND);
    }
    expect(taken).toBeGreaterThan(25);
    expect(taken).toBeLessThanOrEqual(50);
  });

  it('are not given while Slack wants patience', async () => {
    await clock.pass(MINUTE);
    await ours.rest('C5', 30_000);
    expect(await waitOf(theirs.take('C5', RANK.switched))).toBe(30_000);
    await clock.pass(30_000);
    expect(await waitOf(theirs.take('C5', RANK.switched))).toBe(0);
  });

  it('are ten messages with cards a minute to one person', async () => {
    for (let n = 0; n < 10; n += 1) expect(await waitOf(ours.takeCard('U1'))).toBe(0);
    expect(await waitOf(theirs.takeCard('U1'))).toBeGreaterThan(0);
    expect(await waitOf(theirs.takeCard('U2'))).toBe(0);
    await clock.pass(6_000);
    expect(await waitOf(theirs.takeCard('U1'))).toBe(0);
  });
});
