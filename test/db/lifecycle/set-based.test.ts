import fc from 'fast-check';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { wireChange } from '../../../src/store/change-wire.ts';
import type { Change, NewDecision } from '../../../src/store/changes.ts';
import { beginExecution, claimExecutions } from '../../../src/store/executions.ts';
import { listProposals } from '../../../src/store/proposals.ts';
import { testContext } from '../../support/context.ts';
import { copyOf, type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';

/** Batches that are tried; `SET_BASED=300`: the full size. */
const RUNS = Number(process.env.SET_BASED ?? 25);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
/** Proposals to try them on, which end as they are changed. */
const MANY = Math.ceil(RUNS / 25);
const PENDING = 10 * MANY;
const EXPIRED = 2 * MANY;
const CLAIMED = 8 * MANY;
const STARTED = 8 * MANY;

let original: FreshDatabase;
let way: { together: Way; oneByOne: Way };

interface Way {
  readonly sql: Sql;
  readonly clockMs: number;
  begin(batch: Json): Promise<unknown>;
  close(): Promise<void>;
}

beforeAll(async () => {
  original = await freshDatabase();
  const billing = memoryBilling();
  const context = await testContext({ url: original.appUrl, connectorOf: () => billing });
  const lea = await member(context, 'ULEA', 'lea@acme.test');
  await member(context, 'UMAX', 'max@acme.test');
  const all = [];
  for (let n = 0; n < PENDING + EXPIRED + CLAIMED + STARTED; n += 1)
    all.push(await proposed(context, { account: String(5_000 + n) }));
  for (const { id, digest } of all.slice(PENDING + EXPIRED)) {
    const deciding = { proposalId: id, digest: digest ?? '', verdict: 'approved' as const, reason: null };
    await decide(context, { ...deciding, person: lea, groups: GROUPS });
  }
  const claims = await claimExecutions(context.database, 'test', 600_000, 2_000);
  for (const claim of claims.slice(0, STARTED)) await beginExecution(context.database, claim, 1_000);
  await context.close();
  const owner = postgres(original.url, { max: 1 });
  const late = all.slice(PENDING, PENDING + EXPIRED).map(({ id }) => id);
  await owner`select apply_changes(jsonb_agg(jsonb_build_object('id', id, 'version', version, 'set', '{}'::jsonb,
    'expires', '{"in_ms": 0}'::jsonb, 'events', '[{"type": "test.hurried", "actor": "test"}]'::jsonb))) from proposal
    where id = any (${late}::uuid[])`;
  await owner.end();
  way = { together: await openWay(true), oneByOne: await openWay(false) };
});
afterAll(async () => {
  await way.together.close();
  await way.oneByOne.close();
  await original.drop();
});

async function openWay(together: boolean): Promise<Way> {
  const db = await copyOf(original);
  const sql = postgres(db.url, { max: 1, onnotice: () => {} });
  if (!together)
    await sql`create or replace function is_plain_change(c jsonb) returns boolean language sql immutable as 'select false'`;
  const [clock] = await sql<
    { ms: number }[]
  >`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`;
  return {
    ...{ sql, clockMs: clock?.ms ?? 0 },
    begin: (batch) =>
      together
        ? sql`select n, answer from begin_executions(${sql.json(batch)}) order by n`
        : sql`with done as materialized (
            select n::int, begin_execution(id, fence, need_ms, by_hand) as answer
            from jsonb_array_elements(${sql.json(batch)}) with ordinality b (b, n)
            cross join jsonb_to_record(b.b) as x (id uuid, fence integer, need_ms integer, by_hand boolean))
          select n, answer from done order by n`,
    async close() {
      await sql.end();
      await db.drop();
    },
  };
}

/** What is given back; a batch that breaks a guard changes nothing, whichever of its guards is seen first. */
async function answerOf(act: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    expect((error as { code?: string }).code).toMatch(/^23/);
    return 'a guard';
  }
}

const TABLES = {
  proposal: 'id',
  vote: 'proposal_id, round, stage, principal',
  decision: 'proposal_id, round, stage',
  execution: 'id',
  audit_event: 'stream, seq',
  audit_value: 'stream, seq, path',
  outbox: 'topic, ref',
  callback_event: 'proposal_id, type',
  question: 'id',
  step: 'proposal_id, round, n',
  principal: 'id',
};

/** All that stands there, times as far as they are from when it was copied. */
async function allOf({ sql, clockMs }: Way): Promise<Record<string, JsonObject[]>> {
  const entries = Object.entries(TABLES).map(async ([table, order]) => {
    const rows = await sql.unsafe<{ row: JsonObject }[]>(
      `select to_jsonb(t) - array['xid', ${table === 'callback_event' ? "'seq'" : "''"}] as row from ${table} t order by ${order}`,
    );
    return [table, rows.map(({ row }) => withoutClock(row, clockMs))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const A_MOMENT_MS = 60_000;

/** Both ways are at it within moments of each other: what differs by less is one time. */
function withoutClock(row: JsonObject, clockMs: number): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : undefined;
      return [
        key,
        at === undefined ? value : `${Math.floor((at - clockMs + A_MOMENT_MS) / (2 * A_MOMENT_MS))}`,
      ];
    }),
  );
}

interface Draw {
  readonly kind: number;
  readonly which: number;
  readonly odd: number;
}

const draws = fc.array(fc.record({ kind: fc.nat(11), which: fc.nat(40), odd: fc.nat(9) }), {
  minLength: 1,
  maxLength: 7,
});

function voteOf(digest: string, fields: Partial<NewDecision> = {}): NewDecision {
  return {
    ...{ stage: 'approve', verdict: 'approved', kind: 'approve', digest, reason: null, for: null },
    ...{ principal: 'person:new', principalKind: 'person', identities: ['id:UNEW'] },
    by: { id: 'UNEW', name: 'New' },
    ...fields,
  };
}

type Here = Awaited<ReturnType<typeof listProposals>>[number] & { readonly fence: number };

/** A change of some kind to some proposal; now and then one that is to be refused. */
function changeOf({ kind, odd }: Draw, p: Here): Change {
  const event = { type: 'test.changed', actor: 'test', data: { kind } };
  const base = {
    id: p.id,
    version: odd === 0 ? p.version + 1 : p.version,
    events: odd === 1 ? [event, { ...event, type: 'test.more' }] : [event],
    outbox: [{ topic: 'card', ref: p.id }],
  };
  const vote = voteOf(
    odd === 2 ? `sha256:${'0'.repeat(64)}` : (p.digest ?? ''),
    odd === 3 ? { identities: [...p.requesters] } : {},
  );
  const write = { executeInMs: 3_600_000, holdMs: odd === 4 ? 600_000 : 0, execute: true };
  const outcome = { id: p.execution?.id ?? p.id, fence: odd === 5 ? p.fence + 1 : p.fence };
  switch (kind) {
    case 0:
    case 1:
      return {
        ...base,
        ...write,
        set: { state: 'approved', expiresAt: null },
        unexpired: true,
        decision: vote,
      };
    case 2:
      return { ...base, set: { expiresAt: null }, unexpired: true, decision: { ...vote, verdict: null } };
    case 3:
      return {
        ...base,
        set: { state: 'rejected' },
        decision: { ...vote, verdict: 'rejected', kind: 'reject' },
      };
    case 4:
      return {
        ...base,
        set: { state: 'in_review', review: 'awaiting', expiresAt: null },
        reviewInMs: 7_200_000,
        decision: vote,
      };
    case 5:
      return {
        ...base,
        ...write,
        set: { state: 'approved', review: 'agreed' },
        reviewed: true,
        unlapsed: true,
        decision: {
          ...vote,
          stage: 'review',
          kind: 'agree',
          principal: 'person:other',
          identities: ['id:UOTHER'],
        },
      };
    case 6:
    case 7:
      return {
        ...base,
        set: { state: 'executed' },
        outcome: { ...outcome, state: 'executed', result: { id: 're_1' }, before: { a: 1 }, after: { a: 2 } },
      };
    case 8:
      return {
        ...base,
        set: { state: 'unknown' },
        outcome: { ...outcome, state: 'unknown', error: 'who knows' },
        outbox: [...base.outbox, { topic: 'page', ref: p.id, afterMs: 1_200_000 }],
      };
    case 9:
      return {
        ...base,
        set: { state: 'approved' },
        outcome: { ...outcome, state: 'ready', error: 'later', retryMs: 1_200_000 },
      };
    case 10:
      return {
        ...base,
        set: { state: 'rejected' },
        cancel: true,
        decision: { ...vote, kind: 'take_back', verdict: null },
      };
    default:
      return { ...base, set: { state: 'blocked', blocked: 'no' } };
  }
}

describe('what is applied together', () => {
  it(`is answered and recorded as if it came one by one (${RUNS} batches, seed ${SEED})`, async () => {
    const { together, oneByOne } = way;
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(draws, fc.boolean(), async (batch, begins) => {
        const here = await presentOf(together, begins);
        const pick = ({ which }: Draw) => here[which % here.length] as Here;
        const wire = begins
          ? batch.map((draw) => beginOf(draw, pick(draw)))
          : batch.map((draw) => wireChange(changeOf(draw, pick(draw)), () => ''));
        const act = ({ sql, begin }: Way) =>
          answerOf(() =>
            begins ? begin(wire) : sql`select n, outcome from apply_changes(${sql.json(wire)}) order by n`,
          );
        const [a, b] = [await act(together), await act(oneByOne)];
        expect(a).toEqual(b);
        applied += JSON.stringify(a).split(/"applied"|"started"/).length - 1;
        expect(await allOf(together)).toEqual(await allOf(oneByOne));
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    expect(applied).toBeGreaterThan(RUNS / 4);
  }, 600_000);
});

function beginOf({ odd, kind }: Draw, p: Here): JsonObject {
  return {
    ...{ id: p.execution?.id ?? '', proposal: p.id, fence: odd === 5 ? p.fence + 1 : p.fence },
    ...{ need_ms: odd === 6 ? 3_600_000 : 1_000, by_hand: kind === 0 },
  };
}

async function presentOf({ sql }: Way, claimed: boolean): Promise<Here[]> {
  const proposals = await listProposals(
    { sql, onEachPool: async () => {}, close: async () => {} },
    { states: ['pending', 'in_review', 'approved', 'executing'], limit: 10_000 },
  );
  const fences = await sql<
    { proposal_id: string; fence: number }[]
  >`select proposal_id, fence from execution`;
  const of = new Map(fences.map(({ proposal_id: id, fence }) => [id, fence]));
  const here = proposals.map((proposal) => ({ ...proposal, fence: of.get(proposal.id) ?? 0 }));
  return claimed ? here.filter(({ execution }) => execution) : here;
}
