import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { type DecideResult, decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { expireDue } from '../../../src/lifecycle/expire.ts';
import { propose } from '../../../src/lifecycle/propose.ts';
import { withdraw } from '../../../src/lifecycle/withdraw.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { switchOff, switchOn } from '../../../src/store/switches.ts';
import { testContext } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, post, proposed, refundAgent } from '../../support/desk.ts';

let db: FreshDatabase;
const billing = memoryBilling();
/** Three processes over one database, as far as the database can tell. */
let desks: (Context & { close(): Promise<void> })[];

beforeAll(async () => {
  db = await freshDatabase();
  desks = await Promise.all(
    ['a', 'b', 'c'].map((worker) => testContext({ url: db.appUrl, connectorOf: () => billing, worker })),
  );
});
afterAll(async () => {
  await Promise.all(desks.map((desk) => desk.close()));
  await db.drop();
});

const desk = (index: number): Context => {
  const found = desks[index % desks.length];
  if (!found) throw new Error('there is no desk');
  return found;
};

async function owner<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(db.url, { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** `RACES=2000`: the full size. */
const RACES = Number(process.env.RACES ?? 60);

describe('opposite clicks at the same instant', () => {
  it(
    'end in one decision each, and the others are told whose',
    async () => {
      const lea = await member(desk(0), 'ULEA', 'lea@acme.test');
      const max = await member(desk(0), 'UMAX', 'max@acme.test');
      for (let round = 0; round < RACES; round += 1) {
        const { id, digest } = await proposed(desk(round));
        const click = (at: number, person: typeof lea, verdict: 'approved' | 'rejected') =>
          decide(desk(at), {
            proposalId: id,
            digest: digest ?? '',
            verdict,
            reason: 'because',
            person,
            groups: GROUPS,
          });
        const results = await Promise.all([
          click(0, lea, 'approved'),
          click(1, max, 'rejected'),
          click(2, lea, 'approved'),
        ]);
        const after = await getProposal(desk(0).database, id);
        expect(after.decisions).toHaveLength(1);
        const winner = after.decisions[0]?.by.name ?? '';
        expect(['approved', 'rejected']).toContain(after.state);
        const said = (result: DecideResult) =>
          result.outcome === 'refused' ? result.because : result.outcome;
        for (const result of results) {
          expect(said(result)).toMatch(
            new RegExp(`^(decided|repeated|(${winner}|You) (approved|rejected) #${after.number} already)`),
          );
        }
        expect(results.filter((result) => result.outcome === 'decided')).toHaveLength(1);
      }
    },
    30_000 + RACES * 500,
  );
});

describe('one idempotency key, posted fifty times at once', () => {
  it('makes one proposal', async () => {
    const posts = Array.from({ length: 50 }, (_, index) =>
      propose(desk(index), refundAgent(desk(index)), post({ idempotencyKey: 'once' })),
    );
    const results = await Promise.all(posts);
    expect(new Set(results.map((result) => ('id' in result ? result.id : result.outcome))).size).toBe(1);
    expect(results.filter((result) => result.outcome === 'received')).toHaveLength(1);
  });
});

describe('expiry, withdrawal and a click at the same instant', () => {
  it('end in one of the three', async () => {
    const lea = await member(desk(0), 'ULEA', 'lea@acme.test');
    for (let round = 0; round < 20; round += 1) {
      const { id, digest } = await proposed(desk(round));
      await Promise.all([
        owner(
          (
            sql,
          ) => sql`select apply_changes(jsonb_build_array(jsonb_build_object('id', ${id}::text, 'version', 2, 'set', '{}'::jsonb,
          'expires_in_ms', 1, 'events', '[{"type":"test.hurried","actor":"test"}]'::jsonb)))`,
        ).catch(() => {}),
        expireDue(desk(0)),
        withdraw(desk(1), id),
        decide(desk(2), {
          proposalId: id,
          digest: digest ?? '',
          verdict: 'approved',
          reason: null,
          person: lea,
          groups: GROUPS,
        }),
      ]);
      const { state, decisions } = await getProposal(desk(0).database, id);
      expect(['withdrawn', 'approved', 'expired']).toContain(state);
      expect(decisions).toHaveLength(state === 'approved' ? 1 : 0);
    }
  });
});

/** `npm run chaos` has it at 200. */
const DISABLES = Number(process.env.DISABLES ?? 20);

describe('the kill switch against writers', () => {
  it(`lets no write begin after it has answered, ${DISABLES} times`, { timeout: 600_000 }, async () => {
    const by = { principal: 'person:x', id: 'UX', name: 'X' };
    const lea = await member(desk(0), 'ULEA', 'lea@acme.test');
    for (let round = 0; round < DISABLES; round += 1) {
      const waiting = await Promise.all(
        Array.from({ length: 6 }, (_, index) => proposed(desk(index), { amount: '600.00' })),
      );
      await Promise.all(
        waiting.map(({ id, digest }) =>
          decide(desk(0), {
            proposalId: id,
            digest: digest ?? '',
            verdict: 'approved',
            reason: null,
            person: lea,
            groups: GROUPS,
          }),
        ),
      );
      const writing = Promise.all([executeDue(desk(0), 3), executeDue(desk(1), 3), executeDue(desk(2), 3)]);
      await switchOff(desk(1).database, 'all', by, null);
      await writing;
      const late = await owner(
        (sql) => sql<{ n: number }[]>`
        select count(*)::int as n from audit_event started, (select max(at) as at from audit_event where type = 'switch.disabled') off
        where started.type = 'execution.started' and started.at > off.at`,
      );
      expect(late[0]?.n).toBe(0);
      expect(await executeDue(desk(0), 10)).toBe(0);
      await switchOn(desk(2).database, 'all', by, null);
      await executeDue(desk(0), 20);
    }
  });
});

describe('fifty proposals at once', () => {
  it('share commits, and one that is wrong fails alone', async () => {
    const { changes } = desk(0);
    const { id, version } = await proposed(desk(0));
    const good = { id, version, set: {}, events: [{ type: 'test.touched', actor: 'test' }] };
    const bad = { ...good, id: '00000000-0000-0000-0000-000000000000', set: { state: 'nonsense' as never } };
    const broken = { ...good, set: { state: 'executed' as const } };
    const results = await Promise.allSettled([
      changes.change(good),
      changes.change(bad),
      changes.change(broken),
    ]);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'error'))).toContain(
      'applied',
    );
    expect((await getProposal(desk(0).database, id)).state).toBe('pending');
  });
});
