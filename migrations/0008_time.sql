-- Steps that come due, and the time that is given back where nobody could act.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
-- `{"in_ms": 1800000}` from now, or `{"at": "2026-11-23T17:00:00Z"}`; null: none.
create function moment_of(p_moment jsonb) returns timestamptz language sql volatile as $$
  select coalesce((p_moment ->> 'at')::timestamptz,
    clock_timestamp() + (p_moment ->> 'in_ms')::bigint * interval '1 millisecond')
$$;
--> statement-breakpoint
-- Milliseconds from one instant to a later one; 0 where it is not later. In seconds, since days are not always 24 hours to Postgres.
create function ms_between(p_from timestamptz, p_to timestamptz) returns bigint language sql immutable as $$
  select greatest(0, (extract(epoch from p_to - p_from) * 1000)::bigint)
$$;
--> statement-breakpoint
-- Since when the clocks of this agent, system or workflow stand still; null: they run.
create function frozen_since(p_off jsonb, p_agent text, p_system text, p_workflow text) returns timestamptz language sql stable as $$
  select least((p_off -> 'all' ->> 'at')::timestamptz, (p_off -> p_agent ->> 'at')::timestamptz, (p_off -> p_system ->> 'at')::timestamptz,
    (p_off -> p_workflow ->> 'at')::timestamptz)
$$;
--> statement-breakpoint
-- It waits, its card was tried or stands in line, and nobody can have seen it yet: nothing is held against them for a day.
create function is_undelivered(p_id uuid, p_round integer, p_state text, p_ends timestamptz) returns boolean language sql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
  select p_state = 'pending' and coalesce(p_ends > now() - interval '24 hours', true)
    and (exists (select 1 from outbox o where o.topic = 'card' and o.ref = p_id::text and o.last_error is not null)
      or exists (select 1 from waiting_card w where w.proposal_id = p_id))
    and not exists (select 1 from card c where c.proposal_id = p_id and c.round = p_round)
$$;
--> statement-breakpoint
-- Makes the steps of a round.
create function plan_steps(p_id uuid, p_round integer, p_steps jsonb) returns void language sql as $$
  insert into step (proposal_id, round, n, due_at, what)
  select p_id, p_round, (s ->> 'n')::smallint, moment_of(s -> 'due'), s -> 'what' from jsonb_array_elements(p_steps) s
$$;
--> statement-breakpoint
-- Whatever ends the waiting ends the steps; who was paged for it, or for an outcome that nobody knew, hears that it is over.
create function end_waiting() returns trigger language plpgsql as $$
declare
  paged boolean := false;
begin
  if old.state = 'pending' and (new.state <> 'pending' or new.round <> old.round) then
    paged := exists (select 1 from step s where s.proposal_id = new.id and s.round = old.round and s.done_at is not null
      and (s.what ->> 'page')::boolean);
    delete from step s where s.proposal_id = new.id and s.done_at is null;
  end if;
  if paged or (new.state <> old.state and 'unknown' in (new.state, old.state)) then
    perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'on_call', 'ref', new.id)));
  end if;
  return null;
end $$;
--> statement-breakpoint
-- What is due, soonest first; what is switched off or could not be shown yet waits. The `limit 1` keeps the
-- planner from reading all proposals: it costs what is due, not what is open.
create function due_steps(p_at timestamptz, p_limit integer) returns table (proposal_id uuid, due_at timestamptz) language sql stable as $$
  select s.proposal_id, s.due_at from switchboard b, step s
  cross join lateral (select q.* from proposal q where q.id = s.proposal_id limit 1) p
  where b.id = 1 and s.done_at is null and s.due_at <= p_at and switched_off(b.off, p.agent, p.system, p.workflow) is null
    and not is_undelivered(p.id, p.round, p.state, p.expires_at)
  order by s.due_at limit p_limit
$$;
--> statement-breakpoint
create function step_event(s step) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'type', case when jsonb_array_length(s.what -> 'add') > 0 or (s.what ->> 'page')::boolean then 'proposal.escalated' else 'proposal.reminded' end,
    'actor', 'countersign',
    'data', jsonb_build_object('step', s.n, 'due_at', s.due_at, 'page', (s.what ->> 'page')::boolean, 'added',
      (select coalesce(jsonb_agg(coalesce(w ->> 'email', w ->> 'id', '@' || (w ->> 'handle'))), '[]') from jsonb_array_elements(s.what -> 'add') w)))
$$;
--> statement-breakpoint
-- Does the steps that are due, each once, whoever else may be at it: a step is done when its proposal's row was held and its own is
-- marked, in the commit of its event and of what is to be told. What somebody else holds is left for the next tick.
create function take_steps(p_limit integer) returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  t timestamptz := clock_timestamp();
  p proposal;
  s step;
  facts jsonb;
  tell jsonb;
  now_added jsonb;
  steps integer := 0;
begin
  for p in
    select q.* from (select d.proposal_id, min(d.due_at) as due_at from due_steps(t, p_limit) d group by d.proposal_id) due
    join proposal q on q.id = due.proposal_id order by due.due_at, q.id for update of q skip locked
  loop
    facts := '[]'; tell := '[]'; now_added := p.added;
    for s in select * from step st where st.proposal_id = p.id and st.done_at is null and st.due_at <= t order by st.round, st.n loop
      facts := facts || jsonb_build_array(step_event(s));
      tell := tell || jsonb_build_array(jsonb_build_object('topic', 'step', 'ref', concat_ws(':', p.id, s.round, s.n)));
      if (s.what ->> 'page')::boolean then tell := tell || jsonb_build_array(jsonb_build_object('topic', 'on_call', 'ref', p.id)); end if;
      now_added := now_added || coalesce((select jsonb_agg(jsonb_build_object('who', w, 'late', s.due_at < t - interval '1 minute'))
        from jsonb_array_elements(s.what -> 'add') w), '[]');
    end loop;
    update step st set done_at = t where st.proposal_id = p.id and st.done_at is null and st.due_at <= t;
    continue when jsonb_array_length(facts) = 0;
    steps := steps + jsonb_array_length(facts);
    update proposal set version = p.version + 1, events = p.events + jsonb_array_length(facts), added = now_added where id = p.id;
    perform append_events(p.id::text, p.events + 1, facts, p.agent, p.system, p.account, p.number);
    if now_added <> p.added then tell := tell || jsonb_build_array(jsonb_build_object('topic', 'card', 'ref', p.id)); end if;
    perform enqueue(tell);
    perform pg_notify('countersign', 'proposal:' || p.id);
  end loop;
  return steps;
end $$;
--> statement-breakpoint
-- A scope that was off since p_since is on again, and p_off is off still: every clock that stood still for it gets back the time in
-- which nothing else held it, so that switches that overlap give each moment back once. Each clock from when it began to run.
create function give_back(p_scope text, p_since timestamptz, p_off jsonb) returns void language plpgsql as $$
declare
  t timestamptz := clock_timestamp();
begin
  with held as materialized (
    select q.id, q.agent, q.system, q.workflow, q.round, coalesce(q.judged_at, q.created_at) as began from proposal q
    where (q.state in ('received', 'pending', 'in_review', 'approved') or q.review_state = 'awaiting')
      and (p_scope = 'all' or p_scope in (q.agent, q.system, q.workflow))
    order by q.id for update of q
  ), timed as (
    select h.id, least(t, coalesce(frozen_since(p_off, h.agent, h.system, h.workflow), t)) as until, greatest(p_since, h.began) as asked,
      greatest(p_since, h.began, (select max(d.at) from decision d where d.proposal_id = h.id and d.round = h.round)) as decided
    from held h
  ), back as (
    select id, ms_between(asked, until) as wait_ms, ms_between(decided, until) as then_ms from timed
  ), moved as (
    update proposal q set version = q.version + 1, events = q.events + 1,
      frozen_ms = q.frozen_ms + case when q.state in ('received', 'pending') then b.wait_ms else 0 end,
      expires_at = q.expires_at + case when q.state in ('received', 'pending') then b.wait_ms else 0 end * interval '1 millisecond',
      due_at = q.due_at + case when q.state in ('received', 'pending') then b.wait_ms else 0 end * interval '1 millisecond',
      review_due_at = q.review_due_at + case when q.review_state = 'awaiting' then b.then_ms else 0 end * interval '1 millisecond',
      execute_by = q.execute_by + case when q.state = 'approved' then b.then_ms else 0 end * interval '1 millisecond'
    from back b where q.id = b.id and greatest(b.wait_ms, b.then_ms) > 0
    returning q.*, case when q.state in ('received', 'pending') then b.wait_ms else b.then_ms end as by_ms
  ), stepped as (
    update step s set due_at = s.due_at + m.by_ms * interval '1 millisecond' from moved m
    where s.proposal_id = m.id and s.done_at is null
  ), held_back as (
    update execution e set next_attempt_at = e.next_attempt_at + m.by_ms * interval '1 millisecond' from moved m
    where e.proposal_id = m.id and e.round = m.round and e.kind = 'forward' and e.state = 'ready' and e.attempts = 0
      and e.next_attempt_at > p_since and m.state = 'approved'
  )
  insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
  select m.id::text, m.events, 'proposal.clocks_moved', 'countersign', jsonb_build_object('by_ms', m.by_ms, 'because', p_scope || ' was switched off'),
    m.agent, m.system, m.account, m.number from moved m;
end $$;
--> statement-breakpoint
-- A card of this round is on view for the first time. Where that took longer than a minute, the clocks of who decides begin now;
-- what a switch has given back or will give back for that time is not given twice.
create function give_back_unseen(p_id uuid, p_round integer) returns void language plpgsql as $$
declare
  p proposal;
  late bigint;
begin
  select * into p from proposal where id = p_id for update;
  if p.state <> 'pending' or p.round <> p_round then return; end if;
  select ms_between(r.at, least(clock_timestamp(), frozen_since(b.off, p.agent, p.system, p.workflow))) - p.frozen_ms into late
    from round r, switchboard b where r.proposal_id = p.id and r.round = p.round and b.id = 1;
  if late is null or late <= 60000 then return; end if;
  update step s set due_at = s.due_at + late * interval '1 millisecond' where s.proposal_id = p.id and s.done_at is null;
  update proposal set version = p.version + 1, events = p.events + 1, frozen_ms = p.frozen_ms + late,
    expires_at = p.expires_at + late * interval '1 millisecond', due_at = p.due_at + late * interval '1 millisecond' where id = p.id;
  perform append_events(p.id::text, p.events + 1, jsonb_build_array(jsonb_build_object('type', 'proposal.clocks_moved', 'actor', 'countersign',
    'data', jsonb_build_object('by_ms', late, 'because', 'nobody could see its card before'))), p.agent, p.system, p.account, p.number);
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'card', 'ref', p.id)));
end $$;
--> statement-breakpoint
create trigger proposal_waited after update on proposal for each row
  when (old.state in ('pending', 'unknown') or new.state = 'unknown') execute function end_waiting();
--> statement-breakpoint
alter table proposal enable always trigger proposal_waited;
