import { ask, type Database } from './database.ts';

/** Minor units that were proposed before in a window and not refused since; apply_changes takes the same sum under a lock. */
export async function readSum(
  { sql }: Database,
  of: { workflow: string; per: 'account' | 'agent'; value: string; withinMs: number; except: string },
): Promise<bigint> {
  const column = of.per === 'account' ? sql`account` : sql`agent`;
  const [row] = await ask(sql<{ sum: string }[]>`
    select coalesce(sum(amount), 0)::text as sum from proposal
    where workflow = ${of.workflow} and ${column} = ${of.value} and id <> ${of.except}
      and judged_at > clock_timestamp() - ${of.withinMs} * interval '1 millisecond'
      and state in ('pending', 'in_review', 'approved', 'executing', 'awaiting_manual', 'executed', 'unknown')`);
  return BigInt(row?.sum ?? '0');
}
