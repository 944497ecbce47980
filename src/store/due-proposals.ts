import { ask, type Database } from './database.ts';
import type { Claim } from './executions.ts';

/** Pending ones that other manifests than these have judged, by their number. */
export async function listJudgedOtherwise(
  { sql }: Database,
  policy: string,
  afterNumber: number,
  limit: number,
): Promise<{ readonly id: string; readonly number: number }[]> {
  const rows = await ask(sql<{ id: string; number: string }[]>`
    select id, number from proposal where state = 'pending' and policy <> ${policy} and number > ${afterNumber}
    order by number limit ${limit}`);
  return rows.map(({ id, number }) => ({ id, number: Number(number) }));
}

/** Open proposals whose time is over, soonest first; what is switched off waits. */
export async function listExpired({ sql }: Database, limit: number): Promise<string[]> {
  const rows = await ask(sql<{ id: string }[]>`
    select p.id from proposal p join switchboard b on b.id = 1
    where p.state in ('received', 'pending', 'in_review') and p.expires_at <= statement_timestamp()
      and not is_undelivered(p.id, p.round, p.state, p.expires_at)
      and switched_off(b.off, p.agent, p.system, p.workflow) is null
    order by p.expires_at limit ${limit}`);
  return rows.map((row) => row.id);
}

/** Proposals whose second human is overdue, longest first; what is switched off waits, and what was not written needs none. */
export async function listReviewsDue({ sql }: Database, limit: number): Promise<string[]> {
  const rows = await ask(sql<{ id: string }[]>`
    select p.id from proposal p join switchboard b on b.id = 1
    where p.review_state = 'awaiting' and p.review_due_at <= statement_timestamp()
      and p.state in ('in_review', 'executed', 'unknown')
      and switched_off(b.off, p.agent, p.system, p.workflow) is null
    order by p.review_due_at limit ${limit}`);
  return rows.map((row) => row.id);
}

/**
 * Approved ones whose time to begin is over and that nobody has in hand, longest first, as who claimed them last left them: who claims one
 * after that shuts out whoever goes by this. What is switched off waits. The `limit 1` makes it cost what is late, not what waits.
 */
export async function listLate(
  { sql }: Database,
  limit: number,
  except: readonly string[] = [],
): Promise<Claim[]> {
  const rows = await ask(sql<{ id: string; proposal_id: string; fence: number }[]>`
    select e.id, p.id as proposal_id, e.fence from proposal p join switchboard b on b.id = 1
    cross join lateral (select f.id, f.fence from execution f
      where f.proposal_id = p.id and f.round = p.round and f.kind = 'forward'
        and (f.state = 'ready' or (f.state = 'leased' and f.lease_until < statement_timestamp())) limit 1) e
    where p.state = 'approved' and p.execute_by <= statement_timestamp() and p.id <> all (${[...except]}::uuid[])
      and switched_off(b.off, p.agent, p.system, p.workflow) is null
    order by p.execute_by limit ${limit}`);
  return rows.map(({ id, proposal_id: proposalId, fence }) => {
    return { id, proposalId, fence, was: 'ready', kind: 'forward' };
  });
}
