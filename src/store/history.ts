import { type OwnPast, PAST_DAYS, type Past, type Thing } from '../domain/history.ts';
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

/** What the person of a Slack account decided on an action's proposals. */
export async function readOwnPast({ sql }: Database, userId: string, action: string): Promise<OwnPast> {
  const [row] = await ask(sql<OwnPast[]>`
    select (count(*) filter (where v.kind = 'approve'))::int as approved, (count(*) filter (where v.kind = 'reject'))::int as rejected
    from vote v join proposal p on p.id = v.proposal_id
    where v.at > clock_timestamp() - ${PAST_DAYS} * interval '1 day' and p.action = ${action}
      and v.principal in (select principal from identity where identity like 'slack:%' and split_part(identity, '/', 2) = ${userId})`);
  return row ?? { approved: 0, rejected: 0 };
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
