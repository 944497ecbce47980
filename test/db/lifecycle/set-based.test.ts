import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { ProposalState } from '../../../src/domain/proposal.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { wireChange } from '../../../src/store/change-wire.ts';
import type { Change, NewDecision } from '../../../src/store/changes.ts';
import { beginExecution, claimExecutions } from '../../../src/store/executions.ts';
import { listProposals } from '../../../src/store/proposals.ts';
import { testContext } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { allOf, openWay, type Way } from '../../support/two-ways.ts';

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
  way = { together: await openWay(original, true), oneByOne: await openWay(original, false) };
});
afterAll(async () => {
  await way.together.close();
  await way.oneByOne.close();
  await original.drop();
});

/** What is given back; a batch that breaks a guard changes nothing, whichever of its guards is seen first. */
async function answerOf(act: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    expect((error as { code?: string }).code).toMatch(/^23/);
    return 'a guard';
  }
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

/** What may follow each state, so that most of what is tried goes through. */
const KINDS: Partial<Record<ProposalState, readonly number[]>> = {
  pending: [0, 1, 2, 3, 4, 11],
  in_review: [5, 5, 3],
  approved: [9, 9, 10, 11],
  executing: [6, 7, 8, 9],
};

/** Whatever the seed: what has expired, one of an older version and one of another's lease, beside one of each that goes through. */
const ALWAYS: [Draw[], boolean] = [
  [
    { kind: 0, which: 0, odd: 8 },
    { kind: 0, which: 3, odd: 0 },
    { kind: 0, which: 4, odd: 8 },
    { kind: 0, which: 20, odd: 5 },
    { kind: 0, which: 22, odd: 8 },
  ],
  false,
];

type Here = Awaited<ReturnType<typeof listProposals>>[number] & { readonly fence: number };

/** A change of some kind to some proposal; now and then one that is to be refused. */
function changeOf({ kind: drawn, odd }: Draw, p: Here): Change {
  const kinds = KINDS[p.state] ?? [11];
  const kind = kinds[drawn % kinds.length];
  const event = { type: 'test.changed', actor: 'test', data: { kind: drawn } };
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
      { numRuns: RUNS, seed: SEED, examples: [ALWAYS], endOnFailure: true },
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
