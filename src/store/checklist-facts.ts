import type { ChecklistFacts, HandTally } from '../domain/checklist.ts';
import { listAudit } from './audit.ts';
import { ask, type Database } from './database.ts';

type StoreFacts = Pick<
  ChecklistFacts,
  'now' | 'auditMs' | 'drills' | 'liveSince' | 'override' | 'ownsTables' | 'keyInDatabase' | 'byHand'
>;

/** What only the database knows of the checklist; an account's audit is asked for, to see how long it takes. */
export async function readChecklistFacts(database: Database): Promise<Omit<StoreFacts, 'keyInDatabase'>> {
  const { sql } = database;
  const [row] = await ask(sql<
    { now: Date; live_since: Date | null; owns: boolean; account: string | null }[]
  >`
    select clock_timestamp() as now,
      (select min(started_at) from execution where kind = 'forward') as live_since,
      (select pg_has_role(session_user, c.relowner, 'member') from pg_class c
        where c.oid = 'audit_event'::regclass) as owns,
      (select account from proposal order by number desc limit 1) as account`);
  if (!row) throw new Error('Postgres tells nothing');
  const asked = performance.now();
  await listAudit(database, {
    account: row.account ?? '-',
    from: new Date(row.now.getTime() - 7 * 86_400_000),
  });
  const auditMs = performance.now() - asked;
  const drills = await ask(sql<{ system: string; at: Date }[]>`
    select system, max(at) as at from audit_event where stream = 'drill' and type = 'drill.finished' group by system`);
  const byHand = await ask(sql<HandTally[]>`
    select p.action, count(*) filter (where e.state = 'executed')::int as done,
      count(*) filter (where e.result -> 'agrees' = 'true')::int as agreed,
      count(*) filter (where e.result -> 'agrees' = 'false')::int as differed,
      count(*) filter (where e.state = 'failed')::int as "notDone"
    from audit_event a join proposal p on p.number = a.number join execution e on e.proposal_id = p.id and e.round = p.round
    where a.type in ('execution.done_by_hand', 'execution.not_done_by_hand') and e.kind = 'forward'
    group by p.action order by p.action`);
  const [override] = await ask(sql<{ by: string; because: string }[]>`
    select data -> 'by' ->> 'name' as by, data ->> 'because' as because from audit_event
    where stream = 'checklist' and type = 'checklist.overridden' order by seq desc limit 1`);
  return {
    now: row.now,
    auditMs,
    byHand: byHand.map((each) => ({ ...each })),
    drills: Object.fromEntries(drills.map(({ system, at }) => [system, at])),
    liveSince: row.live_since,
    override: override ? { ...override } : null,
    ownsTables: row.owns,
  };
}
