import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { addTime, type WorkClock } from '../../../src/domain/clock.ts';
import { saveCards } from '../../../src/store/cards.ts';
import { claimOutbox, enqueue } from '../../../src/store/outbox.ts';
import { testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { memoryBilling, proposed } from '../../support/desk.ts';
import { withHours, withTimes } from '../../support/times.ts';

const clock: WorkClock = {
  hours: { days: [2, 4], from: '10:00', to: '12:00', holidays: [] },
  timezone: 'America/New_York',
};
let db: FreshDatabase;
let context: Context & { close(): Promise<void> };

beforeAll(async () => {
  db = await freshDatabase();
  const billing = memoryBilling();
  const manifests = testManifests(undefined, (files) => {
    const steps = '    sla: 3h\n    clock: business\n';
    return withHours(withTimes(files, steps), '{ days: [tue, thu], from: "10:00", to: "12:00" }');
  });
  context = await testContext({ url: db.appUrl, connectorOf: () => billing, manifests });
});
afterAll(async () => {
  await context.close();
  await db.drop();
});

describe('an SLA in business hours', () => {
  it('is due when people have had that time, and expires later by what was left', async () => {
    const proposal = await proposed(context);
    const from = proposal.judgedAt ?? new Date(0);
    const due = addTime(from, 3 * 3_600_000, clock);
    expect(Math.abs((proposal.dueAt?.getTime() ?? 0) - due.getTime())).toBeLessThan(1_000);
    expect((proposal.expiresAt?.getTime() ?? 0) - (proposal.dueAt?.getTime() ?? 0)).toBe(5 * 3_600_000);
  });
});

describe('much that is to be told at once', () => {
  it('goes out with the kill switch first, then who is called, then new cards, then their updates', async () => {
    const { database } = context;
    const [shown, fresh] = [await proposed(context), await proposed(context)];
    const card = { channel: 'C1', ts: '1', target: '#x', round: 1, form: 'card', shown: null } as const;
    await saveCards(database, [{ ...card, proposalId: shown.id }]);
    const { claims } = await claimOutbox(database, [], ['card'], 60_000, 10);
    await claimOutbox(database, claims, [], 0, 0);
    await enqueue(database, [
      { topic: 'card', ref: shown.id },
      { topic: 'card', ref: fresh.id },
      { topic: 'call', ref: `${fresh.id}:1:0:alerts` },
      { topic: 'announce', ref: 'switch:1' },
    ]);
    const topics = ['card', 'call', 'announce'];
    const order: string[] = [];
    for (const _ of [1, 2, 3, 4]) {
      const { claims } = await claimOutbox(database, [], topics, 60_000, 1);
      order.push(claims[0]?.ref ?? '');
    }
    expect(order).toEqual(['switch:1', `${fresh.id}:1:0:alerts`, fresh.id, shown.id]);
  });
});
