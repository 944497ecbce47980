import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { AuditEvent } from '../../src/domain/audit.ts';
import { findEvent } from '../../src/store/audit.ts';
import { noteGroups } from '../../src/store/groups.ts';
import { identify, listIdentities } from '../../src/store/people.ts';
import { testContext } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
beforeAll(async () => {
  db = await freshDatabase();
  context = await testContext({ url: db.appUrl });
});
afterAll(async () => {
  await context.close();
  await db.drop();
});

/** What was recorded of people since the place that was last looked at. */
let place = 0;
async function news(): Promise<Pick<AuditEvent, 'type' | 'data'>[]> {
  const found: Pick<AuditEvent, 'type' | 'data'>[] = [];
  for (;;) {
    const event = await findEvent(context.database, 'people', place + 1);
    if (!event) return found;
    place += 1;
    found.push({ type: event.type, data: event.data });
  }
}

async function announced(): Promise<string[]> {
  const rows = await context.database.sql<
    { ref: string }[]
  >`select ref from outbox where topic = 'announce' order by ref`;
  return rows.map(({ ref }) => ref);
}

const seen = (slack: string, email: string | null, name = 'Dana') =>
  identify(context.database, slack, email && `email:${email}`, name);

describe('who is in a user group', () => {
  it('is an event when it is first seen and when it changes, and only then, whoever looks at once', async () => {
    const { database } = context;
    await noteGroups(database, { leads: ['U2', 'U1'], oncall: [] });
    expect((await news()).map(({ type, data }) => [type, data.group])).toEqual([
      ['group.seen', 'leads'],
      ['group.seen', 'oncall'],
    ]);
    await noteGroups(database, { oncall: [], leads: ['U1', 'U2'], unknown: null });
    expect(await news()).toEqual([]);
    await Promise.all(Array.from({ length: 8 }, () => noteGroups(database, { leads: ['U1', 'U3'] })));
    expect(await news()).toEqual([
      { type: 'group.changed', data: { group: 'leads', added: ['U3'], removed: ['U2'] } },
    ]);
  });
});

describe('two accounts of one human, as the manifests say', () => {
  const HUMAN = ['email:kim@acme.test', 'email:kim.admin@acme.test', 'slack:T1/UKIM3'];
  const kim = (slack: string, email: string | null) =>
    identify(context.database, slack, email && `email:${email}`, 'Kim', HUMAN);

  it('are one principal, whichever is seen first, also where one was somebody by itself before', async () => {
    const before = await seen('slack:T1/UKIM2', 'kim.admin@acme.test', 'Kim');
    const first = await kim('slack:T1/UKIM', 'kim@acme.test');
    expect(first).toBe(before);
    expect(await kim('slack:T1/UKIM3', null)).toBe(first);
    expect(await kim('slack:T1/UKIM2', 'kim.admin@acme.test')).toBe(first);
    expect((await listIdentities(context.database, first)).toSorted()).toEqual(
      [...HUMAN, 'slack:T1/UKIM', 'slack:T1/UKIM2'].toSorted(),
    );
    expect((await news()).map(({ type }) => type)).toEqual(['person.pinned', 'person.pinned']);
  });

  it('become one where both were somebody by themselves', async () => {
    const [one, two] = [await seen('slack:T1/UA', 'a@acme.test'), await seen('slack:T1/UB', 'b@acme.test')];
    expect(one).not.toBe(two);
    await news();
    const human = ['email:a@acme.test', 'email:b@acme.test'];
    const both = await Promise.all([
      identify(context.database, 'slack:T1/UB', 'email:b@acme.test', 'B', human),
      identify(context.database, 'slack:T1/UA', 'email:a@acme.test', 'A', human),
    ]);
    expect(both).toEqual([one, one]);
    expect((await news()).map(({ type }) => type)).toEqual(['person.joined']);
  });
});

describe('an account', () => {
  it('is pinned to the address that it is first seen with, and a change of it is told to everybody', async () => {
    const dana = await seen('slack:T1/UDANA', 'dana@acme.test');
    expect((await news()).map(({ type }) => type)).toEqual(['person.pinned']);
    expect(await seen('slack:T1/UDANA', 'dana@acme.test')).toBe(dana);
    expect(await news()).toEqual([]);
    expect(await seen('slack:T1/UDANA', 'dana.w@acme.test')).toBe(dana);
    expect(await news()).toMatchObject([
      { type: 'person.address_changed', data: { slack: 'slack:T1/UDANA', email: 'email:dana.w@acme.test' } },
    ]);
    expect(await announced()).toEqual([`people:${place}`]);
  });

  it('that shows an address of another’s gets nothing of theirs, and everybody is told once', async () => {
    const dana = await seen('slack:T1/UDANA', 'dana@acme.test');
    const eve = await seen('slack:T1/UEVE', 'dana@acme.test', 'Eve');
    expect(eve).not.toBe(dana);
    expect(await seen('slack:T1/UEVE', 'dana@acme.test', 'Eve')).toBe(eve);
    expect((await news()).map(({ type }) => type)).toEqual(['person.address_claimed']);
    expect(await announced()).toContain(`people:${place}`);
    expect(await listIdentities(context.database, eve)).toEqual(['slack:T1/UEVE']);
  });

  it('of another workspace of the same company is the same person', async () => {
    const dana = await seen('slack:T1/UDANA', 'dana@acme.test');
    expect(await seen('slack:T2/UDANA2', 'dana@acme.test')).toBe(dana);
    expect(await news()).toEqual([]);
  });
});
