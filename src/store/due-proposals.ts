import { ask, type Database } from './database.ts';

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
