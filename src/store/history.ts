import { OWN_MOST, type OwnPast, PAST_DAYS, type Past, type Thing } from '../domain/history.ts';
import type { Proposal } from '../domain/proposal.ts';
import { ask, type Database } from './database.ts';
import { listByIds } from './proposals.ts';

const DONE = ['executed', 'unknown'];
const UNDER_WAY = ['received', 'pending', 'in_review', 'approved', 'executing', 'awaiting_manual'];

/** What was done for a proposal's account by its action, and the same thing before. */
export async function readPast(
  { sql }: Database,
  { id, account, action, impact }: Pick<Proposal, 'id' | 'account' | 'action' | 'impact'>,
  thing: Thing | undefined,
): Promise<Past> {
  const [sums] = await ask(sql<{ count: number; sum: string; currency: string | null }[]>`
    select count(*)::int as count, coalesce(sum(amount), 0)::text as sum, min(currency) as currency from proposal
    where account = ${account} and action = ${action} and id <> ${id} and state = any (${DONE})
      and created_at > clock_timestamp() - ${PAST_DAYS} * interval '1 day'`);
  const [same] = thing
    ? await ask(sql<{ number: string; done: boolean }[]>`
        select number, state = any (${DONE}) as done from proposal
        where account = ${account} and action = ${action} and id <> ${id} and input ->> ${thing.name} = ${thing.value}
          and state = any (${[...DONE, ...UNDER_WAY]})
        order by state = any (${DONE}) desc, number desc limit 1`)
    : [];
  return {
    count: sums?.count ?? 0,
    sum: { minor: BigInt(sums?.sum ?? '0'), currency: sums?.currency ?? impact?.currency ?? 'USD' },
    same: same && { number: Number(same.number), isDone: same.done },
  };
}

/** What the person of a Slack account decided on an action's proposals, among their last {@link OWN_MOST} decisions. */
export async function readOwnPast({ sql }: Database, userId: string, action: string): Promise<OwnPast> {
  const [row] = await ask(sql<OwnPast[]>`
    with own as materialized (
      select v.proposal_id, v.kind from identity i cross join lateral (select * from vote w
        where w.principal = i.principal and w.at > clock_timestamp() - ${PAST_DAYS} * interval '1 day' order by w.at desc limit ${OWN_MOST}) v
      where i.identity like 'slack:%' and split_part(i.identity, '/', 2) = ${userId})
    select (select count(*) from own)::int as decisions, (count(*) filter (where o.kind = 'approve'))::int as approved,
      (count(*) filter (where o.kind = 'reject'))::int as rejected
    from own o join proposal p on p.id = o.proposal_id where p.action = ${action}`);
  return row ?? { decisions: 0, approved: 0, rejected: 0 };
}

/** What somebody voted on last, at either stage, the last vote first: of their newest votes, so that it reads no more however many there are. */
export async function listDecidedBy(
  database: Database,
  principal: string,
  limit: number,
): Promise<Proposal[]> {
  const { sql } = database;
  const rows = await ask(sql<{ id: string }[]>`
    select v.proposal_id as id from (select * from vote where principal = ${principal} order by at desc limit ${3 * limit}) v
    group by v.proposal_id order by max(v.at) desc limit ${limit}`);
  return listByIds(
    database,
    rows.map(({ id }) => id),
  );
}
