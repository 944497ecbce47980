import type { Database } from '../../src/store/database.ts';

const EVENTS_A_PROPOSAL = 7;
const STREAMS_A_COMMIT = 18;

/** Writes so many audit events of the size and mix of a proposal's seven, a batch of proposals a commit. */
export async function loadEvents({ sql }: Database, rows: number): Promise<void> {
  const streams = Math.ceil(rows / EVENTS_A_PROPOSAL);
  await sql`insert into stream (name, events) select 'bench/' || n, ${EVENTS_A_PROPOSAL}::int from generate_series(1, ${streams}) n`;
  // One statement a commit, as the program does it; this procedure only spares the round trips.
  await sql.unsafe(`
    create or replace procedure load_events(p_streams integer) language plpgsql as $$
    declare
      first integer := 1;
    begin
      while first <= p_streams loop
        insert into audit_event (stream, seq, type, actor, agent, system, account, number, data)
        select 'bench/' || s, e, 'decision.recorded', 'person:0199aaaa-bbbb-7ccc-8ddd-' || lpad(s::text, 12, '0'), 'refund-agent', 'billing',
          (4471 + s % 10000)::text, 1000 + s, jsonb_build_object('stage', 'approve', 'kind', 'approve', 'by',
            jsonb_build_object('id', 'U0LEA', 'name', 'Lea'), 'reason', 'Charged twice, as the ticket says', 'digest', 'sha256:' || repeat('ab', 32))
        from generate_series(first, least(first + ${STREAMS_A_COMMIT} - 1, p_streams)) s, generate_series(1, ${EVENTS_A_PROPOSAL}) e;
        commit;
        first := first + ${STREAMS_A_COMMIT};
      end loop;
    end $$`);
  await sql.unsafe(`call load_events(${streams})`);
  await sql`vacuum analyze audit_event`;
}
