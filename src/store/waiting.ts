import type { Proposal } from '../domain/proposal.ts';
import { ask, type Database } from './database.ts';
import { listByIds } from './proposals.ts';

/** `waiting`: for anybody's decision, the second human's before the write too; `decide`, `review`: for that one. */
export type Kind = 'waiting' | 'decide' | 'review';

/** Proposals that the same people see to: those of one tier, as one version of the manifests has it. */
export interface Pile {
  readonly policy: string;
  readonly workflow: string;
  readonly tier: number;
}

/** What of the piles concerns somebody. */
export interface Choice {
  /** `added`: only those where a step of the escalation has added people. */
  readonly piles: readonly (Pile & { readonly added?: boolean })[];
  /** Not what was asked for under any of these names, or was decided on by them already. */
  readonly except?: {
    readonly principal: string;
    readonly identities: readonly string[];
    readonly agents: readonly string[];
  };
  /** Only what should have been decided by now. */
  readonly late?: boolean;
}

/** Where a page ended. `at` as Postgres writes it: a `Date` would lose its microseconds, and the page come again. */
export interface Place {
  readonly at: string;
  readonly id: string;
}

export interface Page {
  readonly proposals: readonly Proposal[];
  /** Undefined: there is no more. */
  readonly next: Place | undefined;
}

// As the indexes proposal_waiting and proposal_to_review have them.
function heapOf({ sql }: Database, kind: Kind) {
  return {
    where:
      kind === 'review'
        ? sql`p.review_state = 'awaiting' and p.state in ('in_review', 'executed', 'unknown')`
        : sql`p.state in ('pending', 'in_review') ${kind === 'decide' ? sql`and p.state = 'pending'` : sql``}`,
    urgency:
      kind === 'review'
        ? sql`coalesce(p.review_due_at, '-infinity')`
        : sql`(case when p.state = 'in_review' then coalesce(p.review_due_at, '-infinity') when p.expires_at is null then '-infinity'
            else coalesce(p.due_at, p.expires_at) end)`,
  };
}

/** Which there are: one step of an index each, however much waits. */
export async function listPiles(database: Database, kind: Kind): Promise<Pile[]> {
  const { sql } = database;
  const { where } = heapOf(database, kind);
  const rows = await ask(sql<Pile[]>`
    with recursive pile as (
      (select p.policy, p.workflow, p.tier from proposal p where ${where} order by p.policy, p.workflow, p.tier limit 1)
      union all
      select n.* from pile c cross join lateral (select p.policy, p.workflow, p.tier from proposal p
        where ${where} and (p.policy, p.workflow, p.tier) > (c.policy, c.workflow, c.tier)
        order by p.policy, p.workflow, p.tier limit 1) n)
    select policy, workflow, tier from pile`);
  return rows.map((row) => ({ ...row }));
}

function chosen(database: Database, kind: Kind, { except, late }: Choice) {
  const { sql } = database;
  return sql`${heapOf(database, kind).where} and p.policy = c.policy and p.workflow = c.workflow and p.tier = c.tier
    and (not c.added or p.added <> '[]')
    ${late ? sql`and p.due_at < clock_timestamp() and switched_off(b.off, p.agent, p.system, p.workflow) is null` : sql``}
    ${
      except
        ? sql`and not p.agent = any (${[...except.agents]}::text[]) and not p.requesters && ${[...except.identities]}::text[]
    and not exists (select 1 from vote v where v.proposal_id = p.id and v.round = p.round and v.principal = ${except.principal} and v.kind <> 'take_back')`
        : sql``
    }`;
}

function pilesOf({ sql }: Database, { piles }: Choice) {
  const given = piles.map(({ policy, workflow, tier, added = false }) => ({ policy, workflow, tier, added }));
  return sql`jsonb_to_recordset(${sql.json(given)}) c (policy text, workflow text, tier smallint, added boolean)`;
}

/** The most urgent first. Reads no more of each pile than the page has. */
export async function pageOfWaiting(
  database: Database,
  kind: Kind,
  choice: Choice,
  { after, limit }: { readonly after?: Place | undefined; readonly limit: number },
): Promise<Page> {
  if (choice.piles.length === 0) return { proposals: [], next: undefined };
  const { sql } = database;
  const { urgency } = heapOf(database, kind);
  const places = await ask(sql<Place[]>`
    select w.id, w.at::text as at from switchboard b cross join ${pilesOf(database, choice)} cross join lateral (
      select p.id, ${urgency} as at from proposal p where ${chosen(database, kind, choice)}
        ${after ? sql`and (${urgency}, p.id) > (${after.at}::text::timestamptz, ${after.id}::uuid)` : sql``}
      order by ${urgency}, p.id limit ${limit}) w
    where b.id = 1 order by w.at, w.id limit ${limit}`);
  return {
    proposals: await listByIds(
      database,
      places.map(({ id }) => id),
    ),
    next: places.length === limit ? places.at(-1) : undefined,
  };
}

export async function countWaiting(database: Database, kind: Kind, choice: Choice): Promise<number> {
  const { sql } = database;
  const [row] = await ask(sql<{ count: number }[]>`
    select count(*)::int as count from switchboard b cross join ${pilesOf(database, choice)} cross join lateral (
      select 1 from proposal p where ${chosen(database, kind, choice)}) w
    where b.id = 1`);
  return row?.count ?? 0;
}

/** How many wait for a decision at either stage, and the most urgent of them. */
export async function readWaiting(
  database: Database,
  limit: number,
): Promise<{ readonly count: number; readonly first: readonly Proposal[] }> {
  const choice = { piles: await listPiles(database, 'waiting') };
  const [count, { proposals }] = await Promise.all([
    countWaiting(database, 'waiting', choice),
    pageOfWaiting(database, 'waiting', choice, { limit }),
  ]);
  return { count, first: proposals };
}
