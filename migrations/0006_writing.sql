-- The writes: claimed under a fence, begun behind the switches, and looked at where the writer is a process of its own.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
-- A look at a system that one process asks another one for: the one at the doors has no credential. It is gone once it is collected.
-- Nothing is lost that could not be asked again, so it is kept out of the write-ahead log.
create unlogged table look (
  id uuid primary key,
  policy text not null,
  system text not null,
  kind text not null check (kind in ('read', 'pin')),
  scope text not null,
  request jsonb not null,
  asked_at timestamptz not null default clock_timestamp(),
  taken_at timestamptz,
  answer jsonb
);
--> statement-breakpoint
-- Claims writes that are due, and those whose holder's lease is over: of one system, or of all but some. `was` is the state it was
-- found in: 'started' means that the write may have happened. Of what is switched off (`off`) only such a one is taken, and only for it to
-- be found out what became of it, also where the system collects its writes: nothing is sent. For one account of one system they go in
-- the order in which they were judged; one that waits behind a switch does not hold up the others. What undoes goes in its plan's order,
-- the newest write first, and neither beside another write of the account.
-- What somebody claimed and never began holds up nothing once its lease is over: it can not begin any more.
-- That an earlier write of the account is unfinished is said so that its index can tell: it was looked for among all writes that ever were.
-- And in the order of the index and row by row: a plan that was made while little was due, and is kept, would look at all that is for each claim.
create function claim_executions(p_worker text, p_lease_ms integer, p_limit integer, p_only text, p_except text[])
returns table (id uuid, proposal_id uuid, fence integer, was text, kind text, off boolean, stumbles integer) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set enable_sort = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
begin
  return query with due as (
    select e.id, e.state as was, s.off from execution e, switchboard b, lateral (select case e.kind
      when 'forward' then switched_off(b.off, e.agent, e.system, e.workflow) is not null else b.off ? 'rollback' end as off) s
    where e.state in ('ready', 'leased', 'started') and e.next_attempt_at <= clock_timestamp()
      and (e.state = 'ready' or e.lease_until < clock_timestamp())
      and case when s.off then e.state = 'started' and p_only is null
        else (p_only is null or e.system = p_only) and e.system <> all (p_except) end
      and b.id = 1 and not exists (select 1 from system_state y where y.system = e.system and y.paused_until > clock_timestamp())
      and case e.kind
        when 'forward' then not exists (select 1 from execution f where f.system = e.system and f.account = e.account
            and f.kind = 'forward' and f.id < e.id and f.state in ('ready', 'leased', 'started') and (f.state = 'started'
              or (f.state = 'leased' and f.lease_until >= clock_timestamp())
              or (f.state in ('ready', 'leased') and switched_off(b.off, f.agent, f.system, f.workflow) is null)))
          and not exists (select 1 from execution u where u.system = e.system and u.account = e.account
            and u.kind = 'compensate' and u.state in ('ready', 'leased', 'started') and (u.state = 'started' or (u.state = 'leased' and u.lease_until >= clock_timestamp())))
        else (e.state = 'started' or rollback_runs(e.rollback))
          and not exists (select 1 from execution f where f.system = e.system and f.account = e.account
            and f.kind = 'forward' and f.state in ('ready', 'leased', 'started') and (f.state = 'started' or (f.state = 'leased' and f.lease_until >= clock_timestamp())))
          and not exists (select 1 from execution u where u.system = e.system and u.account = e.account
            and u.kind = 'compensate' and u.id < e.id and u.state in ('ready', 'leased', 'started'))
      end
    order by e.next_attempt_at, e.id limit p_limit for update of e skip locked
  )
  update execution e set fence = e.fence + 1, leased_by = p_worker,
    lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond',
    state = case when e.state = 'ready' then 'leased' else e.state end
  from due where e.id = due.id
  returning e.id, e.proposal_id, e.fence, due.was, e.kind, due.off, e.stumbles;
end $$;
--> statement-breakpoint
-- Marks a write as started, or says why it must not start: 'disabled', 'lost' (the lease), 'late' (the approval), 'changed'.
-- One that was started before and whose answer was lost may be sent again here, under the same key; its approval held in time.
-- The switchboard's row is held FOR SHARE to the commit, so that a switch waits for it and no write starts behind its back.
-- The undoing of a confirmed rollback passes every switch but its own.
-- Given to a person (p_by_hand), it is held by nobody here until that person says what became of it.
create function begin_execution(p_id uuid, p_fence integer, p_need_ms integer, p_by_hand boolean) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  switches jsonb;
  e execution;
  p proposal;
begin
  select off into switches from switchboard where id = 1 for share;
  select * into p from proposal where id = (select proposal_id from execution where id = p_id) for no key update;
  select * into e from execution where id = p_id for no key update;
  if e.fence <> p_fence or e.state not in ('leased', 'started') or e.lease_until <= clock_timestamp() + p_need_ms * interval '1 millisecond' then
    return 'lost';
  end if;
  if (case e.kind when 'forward' then switched_off(switches, e.agent, e.system, e.workflow) is not null else switches ? 'rollback' end) then
    return 'disabled';
  end if;
  if p.round <> e.round or p.state <> (case when e.kind = 'compensate' then 'executed' when e.state = 'leased' then 'approved'
      else 'executing' end) then return 'changed'; end if;
  if e.kind = 'compensate' and e.state = 'leased' and not rollback_runs(e.rollback) then return 'changed'; end if;
  if e.kind = 'forward' and e.state = 'leased' and (p.execute_by <= clock_timestamp() or not exists (select 1 from decision d
      where d.proposal_id = e.proposal_id and d.round = e.round and d.stage = coalesce(e.review_stage, 'approve')
        and d.verdict = 'approved' and d.digest = e.digest)) then
    return 'late';
  end if;
  update execution set state = 'started', started_at = coalesce(e.started_at, clock_timestamp()), attempts = attempts + 1,
    lease_until = case when p_by_hand then null else lease_until end where id = e.id;
  update proposal set state = case when e.kind = 'compensate' then p.state when p_by_hand then 'awaiting_manual' else 'executing' end,
    version = p.version + 1, events = p.events + 1 where id = p.id;
  perform append_events(p.id::text, p.events + 1,
    jsonb_build_array(jsonb_build_object('type', case when e.kind = 'compensate' then 'undo.started' when p_by_hand then 'execution.handed_over'
        else 'execution.started' end, 'actor', 'countersign',
      'data', jsonb_build_object('execution', e.id, 'attempt', e.attempts + 1))),
    p.agent, p.system, p.account, p.number);
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'card', 'ref', p.id))
    || case when p_by_hand then jsonb_build_array(jsonb_build_object('topic', 'page', 'ref', p.id)) else '[]' end);
  perform pg_notify('countersign', 'proposal:' || p.id);
  return 'started';
end $$;
--> statement-breakpoint
-- Begins what is a plain write and may be, all at once, and the rest one by one; see begin_execution for what each answer means. Most writes
-- have ended before anybody could read on a card that they have begun: that is shown a little later, together with the end if it has come.
create function begin_executions(p_batch jsonb) returns table (n integer, answer text) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  switches jsonb;
  done integer[];
  begun uuid[];
begin
  select off into switches from switchboard where id = 1 for share;
  perform 1 from proposal p where p.id = any (array(select e.proposal_id from execution e
    where e.id = any (array(select (b ->> 'id')::uuid from jsonb_array_elements(p_batch) b)))) order by p.id for no key update;
  perform 1 from execution e where e.id = any (array(select (b ->> 'id')::uuid from jsonb_array_elements(p_batch) b)) order by e.id for no key update;
  with item as materialized (
    select o::integer as n, (b ->> 'id')::uuid as id, (b ->> 'fence')::integer as fence, (b ->> 'need_ms')::integer as need_ms,
      (b ->> 'by_hand')::boolean as by_hand, count(*) over (partition by b ->> 'id') as together
    from jsonb_array_elements(p_batch) with ordinality x (b, o)
  ),
  held as materialized (
    select i.n, e.id as execution, e.attempts, p.id, p.events, p.agent, p.system, p.account, p.number
    from item i join execution e on e.id = i.id join proposal p on p.id = e.proposal_id
    where case when i.together = 1 and not i.by_hand and e.kind = 'forward' and e.state = 'leased' and e.fence = i.fence
        and e.lease_until > clock_timestamp() + i.need_ms * interval '1 millisecond' then true end
      and case when switched_off(switches, e.agent, e.system, e.workflow) is null then true end
      and case when p.round = e.round and p.state = 'approved' and coalesce(p.execute_by > clock_timestamp(), true) then true end
      and case when exists (select 1 from decision d where d.proposal_id = e.proposal_id and d.round = e.round
        and d.stage = coalesce(e.review_stage, 'approve') and d.verdict = 'approved' and d.digest = e.digest) then true end
  ),
  started as (
    update execution e set state = 'started', started_at = coalesce(e.started_at, clock_timestamp()), attempts = e.attempts + 1
    from held h where e.id = h.execution
  ),
  moved as (
    update proposal p set state = 'executing', version = p.version + 1, events = p.events + 1 from held h where p.id = h.id
  ),
  facts as (
    insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
    select h.id::text, h.events + 1, 'execution.started', 'countersign',
      jsonb_build_object('execution', h.execution, 'attempt', h.attempts + 1), h.agent, h.system, h.account, h.number from held h
  )
  select coalesce(array_agg(h.n), '{}'), coalesce(array_agg(h.id), '{}') into done, begun from held h;
  perform enqueue((select coalesce(jsonb_agg(jsonb_build_object('topic', 'card', 'ref', b, 'after_ms', 300)), '[]') from unnest(begun) b));
  perform pg_notify('countersign', 'proposal:' || b) from unnest(begun) b;
  return query select o::integer, case when o = any (done) then 'started' else begin_execution((b ->> 'id')::uuid, (b ->> 'fence')::integer,
    (b ->> 'need_ms')::integer, (b ->> 'by_hand')::boolean) end
  from (select * from jsonb_array_elements(p_batch) with ordinality x (b, o) order by b ->> 'proposal') y;
end $$;
--> statement-breakpoint
-- Gives a claim back, to be claimed again later. What was started stays started: it may have happened. Errors of ours are counted in a row.
create function release_execution(p_id uuid, p_fence integer, p_retry_ms integer, p_error text, p_stumbled boolean) returns boolean language sql
security definer set search_path = pg_catalog, public, pg_temp as $$
  with given as (
    update execution set state = case state when 'leased' then 'ready' else state end, lease_until = clock_timestamp(), leased_by = null,
      error = p_error, next_attempt_at = clock_timestamp() + p_retry_ms * interval '1 millisecond',
      stumbles = case when p_stumbled then stumbles + 1 else 0 end
    where id = p_id and fence = p_fence and state in ('leased', 'started') returning 1)
  select exists (select 1 from given)
$$;
--> statement-breakpoint
-- What the process that holds the credentials may change: how a write went, and what follows from that by rule. It decides nothing in a
-- person's name, asks and answers nobody, and takes nothing back.
create function apply_writer_changes(p_batch jsonb) returns table (n integer, outcome text) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select 1 from jsonb_array_elements(p_batch) c where c -> 'outcome' is null or c ? 'question' or c ? 'answer' or c ? 'cancel'
      or c ? 'distrust' or coalesce(c -> 'decision' ->> 'principal_kind', 'policy') <> 'policy') then
    raise exception 'the writer decides nothing' using errcode = 'insufficient_privilege';
  end if;
  return query select a.n, a.outcome from apply_changes(p_batch) a;
end $$;
--> statement-breakpoint
create function ask_look(p_look jsonb) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into look (id, policy, system, kind, scope, request)
  values ((p_look ->> 'id')::uuid, p_look ->> 'policy', p_look ->> 'system', p_look ->> 'kind', p_look ->> 'scope', p_look -> 'request');
  perform pg_notify('countersign', 'look');
end $$;
--> statement-breakpoint
-- Each look to one process. What nobody has collected in two minutes nobody waits for any more.
create function take_looks(p_limit integer) returns setof look language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from look where asked_at < clock_timestamp() - interval '2 minutes';
  return query with due as (
    select l.id from look l where l.taken_at is null order by l.asked_at limit p_limit for update skip locked)
  update look l set taken_at = clock_timestamp() from due where l.id = due.id returning l.*;
end $$;
--> statement-breakpoint
create function answer_look(p_id uuid, p_answer jsonb) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ update look set answer = p_answer where id = p_id $$;
--> statement-breakpoint
-- Its answer, once; null: there is none yet. Given up: it is gone too.
create function collect_look(p_id uuid, p_give_up boolean) returns jsonb language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  found jsonb;
begin
  delete from look where id = p_id and (answer is not null or p_give_up) returning answer into found;
  return found;
end $$;
