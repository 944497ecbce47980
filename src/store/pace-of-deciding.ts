import type { DecidingPace } from '../domain/deciding-pace.ts';
import { QUICK_MS } from '../domain/deciding-pace.ts';
import { ask, type Database } from './database.ts';

const MOST = 10;

/** How people decided on each agent's proposals within the last days, who had most to decide first. What no person decided does not count. */
export async function readDecidingPace({ sql }: Database, days: number): Promise<DecidingPace[]> {
  const rows = await ask(sql<
    { agent: string; decided: number; approved: number; quick: number; median: number }[]
  >`
    select p.agent, count(*)::integer as decided, count(*) filter (where v.kind = 'approve')::integer as approved,
      count(*) filter (where v.at < r.at + ${QUICK_MS} * interval '1 millisecond')::integer as quick,
      (percentile_cont(0.5) within group (order by extract(epoch from v.at - r.at) * 1000))::float8 as median
    from vote v join round r on r.proposal_id = v.proposal_id and r.round = v.round join proposal p on p.id = v.proposal_id
      join principal w on w.id = v.principal
    where v.kind in ('approve', 'reject') and w.kind = 'person' and v.at > clock_timestamp() - ${days} * interval '1 day'
    group by p.agent order by decided desc, p.agent limit ${MOST}`);
  return rows.map(({ median, ...row }) => ({ ...row, medianMs: Math.max(0, Math.round(median)) }));
}
