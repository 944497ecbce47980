import type { Sql } from 'postgres';
import { AGENT, SLACK } from '../world/company.ts';

/** Of one proposal: received, judged, approved, write begun, written. */
export const EVENTS_A_PROPOSAL = 5;

/** Long enough that the whole of the Tuesday before is among them. */
export const DAYS = 9;

/** So many events over the past days, in the order of their times, a twentieth of one agent's; an account's lie as far apart as they can. */
export async function loadWeeks(sql: Sql, rows: number, accounts: number): Promise<void> {
  const proposals = rows / EVENTS_A_PROPOSAL;
  await sql`
    insert into audit_event (stream, seq, at, type, actor, agent, system, account, number, data)
    select 'bench/' || n, e, clock_timestamp() - make_interval(days => ${DAYS}::int) + (n + 1) * (make_interval(days => ${DAYS}::int) / ${proposals + 2}::int) + e * interval '1 millisecond',
      (array['proposal.received', 'proposal.judged', 'decision.recorded', 'execution.started', 'execution.executed'])[e],
      case n % 10 when 0 then ${SLACK.approver} else 'person:0199aaaa-bbbb-7ccc-8ddd-00000000000' || n % 10 end,
      case n % 20 when 0 then ${AGENT.id} else 'agent-' || n % 20 end, case n % 5 when 0 then 'ledger' else 'system-' || n % 5 end,
      (n % ${accounts}::int)::text, 1000 + n,
      case e
        when 1 then jsonb_build_object('action', 'ledger.refund', 'summary', 'Refund 250.00 of invoice inv_' || n,
          'impact', jsonb_build_object('amount', '250.00', 'currency', 'USD'), 'digest', 'sha256:' || repeat('ab', 32))
        when 2 then jsonb_build_object('tier', 'Refunds, decided by a human', 'policy', 'sha256:' || repeat('cd', 32))
        when 3 then jsonb_build_object('stage', 'approve', 'kind', 'approve', 'by', jsonb_build_object('id', 'U0LEA', 'name', 'Lea'),
          'reason', 'Charged twice, as the ticket says', 'digest', 'sha256:' || repeat('ab', 32))
        when 4 then jsonb_build_object('attempt', 1, 'digest', 'sha256:' || repeat('ab', 32))
        else jsonb_build_object('action', 'ledger.refund', 'impact', jsonb_build_object('amount', '250.00', 'currency', 'USD'),
          'before', jsonb_build_object('status', 'paid'), 'after', jsonb_build_object('status', 'refunded'),
          'result', jsonb_build_object('id', 're_' || n), 'approved_by', jsonb_build_array(jsonb_build_object('id', 'U0LEA', 'name', 'Lea')))
      end
    from generate_series(0, ${proposals - 1}::int) n, generate_series(1, ${EVENTS_A_PROPOSAL}::int) e`;
  await sql`vacuum analyze audit_event`;
}
