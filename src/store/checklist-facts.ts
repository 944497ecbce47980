import type { ChecklistFacts, HandTally } from '../domain/checklist.ts';
import { listAudit } from './audit.ts';
import { ask, type Database } from './database.ts';

type StoreFacts = Pick<
  ChecklistFacts,
  'now' | 'auditMs' | 'drills' | 'liveSince' | 'override' | 'ownsTables' | 'keyInDatabase' | 'byHand'
>;

/** The last drill of each system that ended. */
export async function readDrills({ sql }: Database): Promise<ChecklistFacts['drills']> {
  const rows = await ask(sql<
    { system: string; number: number; at: Date; passed: boolean; connector: string | null }[]
  >`
    select distinct on (d.system) d.system, d.number, d.finished_at as at, d.passed, e.data ->> 'connector' as connector
    from drill d left join audit_event e on e.stream = 'drill' and e.type = 'drill.finished' and e.data -> 'drill' = to_jsonb(d.number)
    where d.state = 'done' order by d.system, d.finished_at desc`);
  return Object.fromEntries(rows.map(({ system, ...drill }) => [system, drill]));
}

/** What only the database knows of the checklist; an account's audit is asked for, to see how long it takes. */
export async function readChecklistFacts(database: Database): Promise<Omit<StoreFacts, 'keyInDatabase'>> {
  const { sql } = database;
  const [row] = await ask(sql<
    { now: Date; live_since: Date | null; owns: boolean; account: string | null }[]
  >`
    select clock_timestamp() as now,
      (select min(started_at) from execution where kind = 'forward' and agent <> 'drill') as live_since,
      (select pg_has_role(session_user, c.relowner, 'member') from pg_class c
        where c.oid = 'audit_event'::regclass) as owns,
      (select account from proposal where agent <> 'drill' order by number desc limit 1) as account`);
  if (!row) throw new Error('Postgres tells nothing');
  const asked = performance.now();
  await listAudit(database, {
    account: row.account ?? '-',
    from: new Date(row.now.getTime() - 7 * 86_400_000),
  });
  const auditMs = performance.now() - asked;
  const drills = await readDrills(database);
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
    drills,
    liveSince: row.live_since,
    override: override ? { ...override } : null,
    ownsTables: row.owns,
  };
}
