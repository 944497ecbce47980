-- Claims writes that are due, and those whose holder's lease is over: of one system, or of all but some. `was` is the state it was
-- found in: 'started' means that the write may have happened. For one account of one system they go in the order in which they were
-- judged; one that waits behind a switch does not hold up the others. What undoes goes in its plan's order, the newest write first,
-- and neither beside another write of the account.
-- What somebody claimed and never began holds up nothing once its lease is over: it can not begin any more.
create or replace function claim_executions(p_worker text, p_lease_ms integer, p_limit integer, p_only text, p_except text[])
returns table (id uuid, proposal_id uuid, fence integer, was text, kind text) language sql security definer
set search_path = pg_catalog, public, pg_temp as $$
  with due as (
    select e.id, e.state as was from execution e, switchboard b
    where e.state in ('ready', 'leased', 'started') and e.next_attempt_at <= clock_timestamp()
      and (e.state = 'ready' or e.lease_until < clock_timestamp())
      and (p_only is null or e.system = p_only) and e.system <> all (p_except)
      and b.id = 1 and not exists (select 1 from system_state s where s.system = e.system and s.paused_until > clock_timestamp())
      and case e.kind
        when 'forward' then switched_off(b.off, e.agent, e.system, e.workflow) is null
          and not exists (select 1 from execution f where f.system = e.system and f.account = e.account
            and f.kind = 'forward' and f.id < e.id and (f.state = 'started'
              or (f.state = 'leased' and f.lease_until >= clock_timestamp())
              or (f.state in ('ready', 'leased') and switched_off(b.off, f.agent, f.system, f.workflow) is null)))
          and not exists (select 1 from execution u where u.system = e.system and u.account = e.account
            and u.kind = 'compensate' and (u.state = 'started' or (u.state = 'leased' and u.lease_until >= clock_timestamp())))
        else not b.off ? 'rollback' and (e.state = 'started' or rollback_runs(e.rollback))
          and not exists (select 1 from execution f where f.system = e.system and f.account = e.account
            and f.kind = 'forward' and (f.state = 'started' or (f.state = 'leased' and f.lease_until >= clock_timestamp())))
          and not exists (select 1 from execution u where u.system = e.system and u.account = e.account
            and u.kind = 'compensate' and u.id < e.id and u.state in ('ready', 'leased', 'started'))
      end
    order by e.next_attempt_at, e.id limit p_limit for update of e skip locked
  )
  update execution e set fence = e.fence + 1, leased_by = p_worker,
    lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond',
    state = case when e.state = 'ready' then 'leased' else e.state end
  from due where e.id = due.id
  returning e.id, e.proposal_id, e.fence, due.was, e.kind
$$;
