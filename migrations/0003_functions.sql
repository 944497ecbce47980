-- The only ways to change state. Each is called as one statement, takes a batch, and commits all that belongs together.
-- Rules live in the program; here is only what must be judged under a lock or by the database's clock.

create function append_events(p_stream text, p_first integer, p_events jsonb, p_agent text, p_system text, p_account text, p_number bigint)
returns void language sql as $$
  insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
  select p_stream, p_first + (n - 1)::integer, e ->> 'type', e ->> 'actor', coalesce(e -> 'data', '{}'),
         p_agent, p_system, p_account, p_number
  from jsonb_array_elements(p_events) with ordinality as x (e, n)
$$;
--> statement-breakpoint
-- Events that belong to no proposal: switches, manifests, who looked.
create function record_events(p_stream text, p_events jsonb) returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  last integer;
begin
  insert into stream as s (name, events) values (p_stream, jsonb_array_length(p_events))
    on conflict (name) do update set events = s.events + excluded.events returning events into last;
  insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
  select p_stream, last - jsonb_array_length(p_events) + n::integer, e ->> 'type', e ->> 'actor', coalesce(e -> 'data', '{}'),
         e ->> 'agent', e ->> 'system', e ->> 'account', (e ->> 'number')::bigint
  from jsonb_array_elements(p_events) with ordinality as x (e, n);
  return last;
end $$;
--> statement-breakpoint
-- What goes first when much is due: what was switched, then what people are called for, then new cards, then what they show.
create function rank_of(p_topic text, p_ref text) returns smallint language plpgsql stable as $$
begin
  return case
    when p_topic = 'announce' and p_ref like 'switch:%' then 0
    when p_topic in ('announce', 'page', 'step', 'call', 'digest', 'on_call') then 1
    when p_topic = 'card' and exists (select 1 from card c where c.proposal_id = p_ref::uuid) then 3
    else 2 end;
end $$;
--> statement-breakpoint
-- Asks for the outside to be brought up to the present state. Asking again while it is being done makes it be done again.
create function enqueue(p_rows jsonb) returns void language plpgsql as $$
begin
  insert into outbox as o (topic, ref, rank, due_at)
  select e ->> 'topic', e ->> 'ref', rank_of(e ->> 'topic', e ->> 'ref'), clock_timestamp() + coalesce((e ->> 'after_ms')::integer, 0) * interval '1 millisecond'
  from (select distinct on (e ->> 'topic', e ->> 'ref') e from jsonb_array_elements(p_rows) e
        order by e ->> 'topic', e ->> 'ref') x
  on conflict (topic, ref) do update
    set generation = o.generation + 1, due_at = least(o.due_at, excluded.due_at), rank = excluded.rank, attempts = 0, parked_at = null;
  if jsonb_array_length(p_rows) > 0 then perform pg_notify('countersign', 'outbox'); end if;
end $$;
--> statement-breakpoint
create function enqueue_now(p_rows jsonb) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ select enqueue(p_rows) $$;
--> statement-breakpoint
create function ensure_principal(p_id text, p_kind text, p_name text) returns void language plpgsql as $$
begin
  if not exists (select 1 from principal where id = p_id) then
    insert into principal (id, kind, name) values (p_id, p_kind, p_name) on conflict (id) do nothing;
  end if;
end $$;
--> statement-breakpoint
-- What a change must hold to under a lock, beyond its version; null: nothing stands against it. Sums are taken over what was judged
-- and not refused since; the advisory locks of a batch were taken in one order by apply_changes, so that batches can't wait in a ring.
create function refuse_sums(c jsonb, p proposal) returns text language plpgsql as $$
declare
  b jsonb;
  spent numeric;
begin
  for b in select * from jsonb_array_elements(coalesce(c -> 'budgets', '[]')) loop
    select coalesce(sum(q.amount), 0) into spent from proposal q
      where q.workflow = p.workflow and q.decide = 'agent' and q.id <> p.id
        and case b ->> 'per' when 'account' then q.account = p.account else q.agent = p.agent end
        and q.judged_at > clock_timestamp() - (b ->> 'within_ms')::bigint * interval '1 millisecond'
        and q.state in ('approved', 'executing', 'awaiting_manual', 'executed', 'unknown');
    if spent + coalesce(p.amount, 0) > (b ->> 'minor')::numeric then return 'over_' || (b ->> 'per'); end if;
  end loop;
  b := c -> 'sum';
  if b is not null then
    select coalesce(sum(q.amount), 0) into spent from proposal q
      where q.workflow = p.workflow and q.id <> p.id
        and case b ->> 'per' when 'account' then q.account = p.account else q.agent = p.agent end
        and q.judged_at > clock_timestamp() - (b ->> 'within_ms')::bigint * interval '1 millisecond'
        and q.state in ('pending', 'in_review', 'approved', 'executing', 'awaiting_manual', 'executed', 'unknown');
    if spent <> (b ->> 'prior')::numeric then return 'stale'; end if;
  end if;
  if c -> 'decision' ->> 'principal_kind' = 'policy' and exists (select 1 from distrust where agent = p.agent) then
    return 'distrusted';
  end if;
  return null;
end $$;
--> statement-breakpoint
-- Records one person's (or the policy's) vote, and the decision where it settles its stage.
create function append_vote(d jsonb, p proposal, p_round integer) returns void language plpgsql as $$
begin
  perform ensure_principal(d ->> 'principal', d ->> 'principal_kind', d ->> 'by_name');
  insert into vote (proposal_id, round, stage, kind, digest, requesters, principal, identities, by_id, by_name, for_principal, for_id,
    for_name, reason)
  values (p.id, p_round, d ->> 'stage', d ->> 'kind', decode(d ->> 'digest', 'hex'), p.requesters, d ->> 'principal',
    array(select jsonb_array_elements_text(d -> 'identities')), d ->> 'by_id', d ->> 'by_name', d -> 'for' ->> 'principal',
    d -> 'for' ->> 'id', d -> 'for' ->> 'name', d ->> 'reason');
  if d ->> 'verdict' is not null then
    insert into decision (proposal_id, round, stage, verdict, digest, principal, kind)
    values (p.id, p_round, d ->> 'stage', d ->> 'verdict', decode(d ->> 'digest', 'hex'), d ->> 'principal', d ->> 'kind');
  end if;
end $$;
--> statement-breakpoint
create function append_question(q jsonb, p_id uuid) returns void language plpgsql as $$
begin
  perform ensure_principal(q ->> 'principal', 'person', q ->> 'by_name');
  insert into question (id, proposal_id, principal, by_id, by_name, text)
  values ((q ->> 'id')::uuid, p_id, q ->> 'principal', q ->> 'by_id', q ->> 'by_name', q ->> 'text');
end $$;
--> statement-breakpoint
-- Applies transitions by compare and swap; n is the place in the batch. A change is refused as 'stale' (somebody was faster), 'late'
-- (its time is over by this clock), 'fenced' (the lease has passed on), 'over_account', 'over_agent' or 'distrusted' (the agent may
-- not decide it alone).
create function apply_changes(p_batch jsonb) returns table (n integer, outcome text) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  c jsonb;
  i bigint;
  p proposal;
  s proposal;
  x jsonb;
  held execution;
  facts jsonb;
  refusal text;
begin
  perform pg_advisory_xact_lock(hashtextextended(k, 0)) from (
    select distinct l as k from jsonb_array_elements(p_batch) e, jsonb_array_elements_text(coalesce(e -> 'locks', '[]')) l order by l) x;
  for c, i in select e, o from jsonb_array_elements(p_batch) with ordinality as b (e, o) order by e ->> 'id', o loop
    n := i;
    select * into p from proposal where id = (c ->> 'id')::uuid for update;
    if p.version is distinct from (c ->> 'version')::integer then
      outcome := 'stale'; return next; continue;
    end if;
    if (c ->> 'unexpired')::boolean and p.expires_at <= coalesce(
        (select frozen_since(b.off, p.agent, p.system, p.workflow) from switchboard b where b.id = 1), clock_timestamp()) then
      outcome := 'late'; return next; continue;
    end if;
    x := c -> 'outcome';
    if x is not null then
      select * into held from execution where id = (x ->> 'id')::uuid for update;
      if held.fence is distinct from (x ->> 'fence')::integer then
        outcome := 'fenced'; return next; continue;
      end if;
    end if;
    if (c ->> 'cancel')::boolean and not exists (select 1 from execution e where e.proposal_id = p.id and e.round = p.round
        and e.kind = 'forward' and e.state in ('ready', 'leased') for update) then
      outcome := 'late'; return next; continue;
    end if;
    refusal := refuse_sums(c, p);
    if refusal is not null then
      outcome := refusal; return next; continue;
    end if;

    s := jsonb_populate_record(p, coalesce(c -> 'set', '{}'));
    if (c ->> 'judged')::boolean then s.judged_at := clock_timestamp(); end if;
    if c -> 'round' is not null then
      s.due_at := moment_of(c -> 'due'); s.added := '[]'; s.frozen_ms := 0;
    end if;
    s.expires_at := coalesce(moment_of(c -> 'expires'), s.expires_at);
    s.execute_by := coalesce(clock_timestamp() + (c ->> 'execute_in_ms')::bigint * interval '1 millisecond', s.execute_by);
    s.review_due_at := coalesce(clock_timestamp() + (c ->> 'review_in_ms')::bigint * interval '1 millisecond', s.review_due_at);
    facts := c -> 'events';
    update proposal set version = p.version + 1, events = p.events + jsonb_array_length(facts), state = s.state, round = s.round,
      before = s.before, blocked = s.blocked, judged_at = s.judged_at, due_at = s.due_at, added = s.added,
      frozen_ms = s.frozen_ms, expires_at = s.expires_at, execute_by = s.execute_by,
      tier = s.tier, decide = s.decide, why = s.why, review_state = s.review_state, review_due_at = s.review_due_at,
      superseded_by = s.superseded_by
      where id = p.id;

    if c -> 'round' is not null then
      insert into round (proposal_id, round, envelope, requesters, execution)
      values (p.id, s.round, decode(c -> 'round' ->> 'envelope', 'base64'), p.requesters, (c -> 'round' ->> 'execution')::uuid);
    end if;
    if c -> 'steps' is not null then perform plan_steps(p.id, s.round, c -> 'steps'); end if;
    if c -> 'decision' is not null then perform append_vote(c -> 'decision', p, s.round); end if;
    if c -> 'question' is not null then perform append_question(c -> 'question', p.id); end if;
    if c -> 'answer' is not null then
      update question q set answer = c -> 'answer' ->> 'text', answered_at = clock_timestamp()
        where q.id = (c -> 'answer' ->> 'id')::uuid and q.proposal_id = p.id;
    end if;
    if (c ->> 'cancel')::boolean then
      update execution e set state = 'canceled', finished_at = clock_timestamp()
        where e.proposal_id = p.id and e.round = p.round and e.kind = 'forward' and e.state in ('ready', 'leased');
    end if;
    if (c ->> 'execute')::boolean then
      insert into execution (id, proposal_id, round, digest, review_stage, agent, system, workflow, account, next_attempt_at)
      select r.execution, p.id, r.round, r.digest, case when (c ->> 'reviewed')::boolean then 'review' end, p.agent, p.system, p.workflow,
        p.account, clock_timestamp() + coalesce((c ->> 'hold_ms')::bigint, 0) * interval '1 millisecond'
      from round r where r.proposal_id = p.id and r.round = s.round;
      perform pg_notify('countersign', 'execution');
    end if;
    if x is not null then
      update execution set
        state = x ->> 'state',
        started_at = case when x ->> 'state' in ('ready', 'canceled') then null else started_at end,
        finished_at = case when x ->> 'state' in ('executed', 'failed', 'unknown', 'canceled') then clock_timestamp() end,
        next_attempt_at = clock_timestamp() + coalesce((x ->> 'retry_ms')::integer, 0) * interval '1 millisecond',
        lease_until = null, leased_by = null,
        result = coalesce(x -> 'result', result), error = x ->> 'error',
        before = coalesce(x -> 'before', before), after = coalesce(x -> 'after', after)
      where id = held.id;
    end if;
    if c -> 'undo' is not null then perform settle_undo(held.id, c -> 'undo'); end if;
    if c ->> 'distrust' is not null then
      insert into distrust (agent, because) values (p.agent, c ->> 'distrust') on conflict (agent) do nothing;
    end if;

    perform append_events(p.id::text, p.events + 1, facts, p.agent, p.system, p.account, p.number);
    perform enqueue(coalesce(c -> 'outbox', '[]'));
    perform pg_notify('countersign', 'proposal:' || p.id);
    outcome := 'applied'; return next;
  end loop;
end $$;
--> statement-breakpoint
-- Gives an agent back what it may decide alone.
create function restore_trust(p_agent text, p_by jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from distrust where agent = p_agent;
  if not found then return false; end if;
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'announce', 'ref', 'trust:' ||
    record_events('trust', jsonb_build_array(jsonb_build_object('type', 'trust.restored', 'actor', p_by ->> 'principal',
      'agent', p_agent, 'data', jsonb_build_object('by', p_by)))))));
  return true;
end $$;
--> statement-breakpoint
-- Accepts proposals. n is the place in the batch; outcome 'received', 'known' (the same key and body), 'conflict' (the same
-- key, another body), 'disabled' (scope says what), 'full' (max_pending) or 'stale' (what it supersedes has
-- moved on). A proposal that needs no look at its system carries
-- the change that judges it, which is applied in the same commit.
create function receive_proposals(p_batch jsonb) returns table (n integer, outcome text, id uuid, scope text) language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  c jsonb;
  i bigint;
  f proposal;
  known proposal;
  off jsonb;
begin
  perform pg_advisory_xact_lock(hashtextextended(k, 0)) from (
    select distinct l as k from jsonb_array_elements(p_batch) e, jsonb_array_elements_text(coalesce(e -> 'judged' -> 'locks', '[]')) l
    order by l) x;
  select b.off into off from switchboard b where b.id = 1;
  for c, i in select e, o from jsonb_array_elements(p_batch) with ordinality as b (e, o) loop
    n := i; id := null; scope := null;
    f := jsonb_populate_record(null::proposal, c -> 'proposal');
    f.body := decode(c ->> 'body', 'base64');
    if f.idempotency_key is not null then
      select * into known from proposal p where p.agent = f.agent and p.idempotency_key = f.idempotency_key;
      if found then
        id := known.id;
        outcome := case when known.body = f.body and known.action = f.action then 'known' else 'conflict' end;
        return next; continue;
      end if;
    end if;
    scope := switched_off(off, f.agent, f.system, f.workflow);
    if scope is not null then
      outcome := 'disabled'; return next; continue;
    end if;
    if (c ->> 'max_pending') is not null and (c ->> 'max_pending')::integer <=
       (select count(*) from proposal p where p.agent = f.agent and p.state in ('received', 'pending', 'in_review')) then
      outcome := 'full'; return next; continue;
    end if;
    if c -> 'supersedes' is not null and (select a.outcome from apply_changes(jsonb_build_array(c -> 'supersedes')) a) <> 'applied' then
      outcome := 'stale'; return next; continue;
    end if;
    perform ensure_principal('agent:' || f.agent, 'agent', f.agent);
    insert into proposal (id, agent, idempotency_key, body, action, system, workflow, account, summary, input, reason, evidence,
      metadata, traceparent, on_behalf_of, claimed_impact, amount, currency, tier, decide, why, policy, reversible, requesters,
      callback, supersedes, expires_at, events)
    values (f.id, f.agent, f.idempotency_key, f.body, f.action, f.system, f.workflow, f.account, f.summary, f.input, f.reason, f.evidence,
      f.metadata, f.traceparent, f.on_behalf_of, f.claimed_impact, f.amount, f.currency, f.tier, f.decide, f.why, f.policy, f.reversible,
      f.requesters, coalesce(f.callback, false), f.supersedes, clock_timestamp() + (c ->> 'expires_ms')::bigint * interval '1 millisecond', jsonb_array_length(c -> 'events'))
    on conflict do nothing returning * into known;
    if not found then
      -- Either this very proposal was committed by a call whose answer was lost, or somebody was faster with the same key.
      select * into known from proposal p where p.id = f.id or (p.agent = f.agent and p.idempotency_key = f.idempotency_key);
      id := known.id;
      outcome := case when known.id = f.id then 'received'
        when known.body = f.body and known.action = f.action then 'known' else 'conflict' end;
      return next; continue;
    end if;
    perform append_events(known.id::text, 1, c -> 'events', known.agent, known.system, known.account, known.number);
    perform enqueue(coalesce(c -> 'outbox', '[]'));
    if c -> 'judged' is not null and (select a.outcome from apply_changes(jsonb_build_array(c -> 'judged')) a) <> 'applied' then
      perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'assess', 'ref', known.id)));
    end if;
    id := known.id; outcome := 'received'; return next;
  end loop;
end $$;
--> statement-breakpoint
-- The widest scope that is switched off for this agent, system or workflow; null: none.
create function switched_off(p_off jsonb, p_agent text, p_system text, p_workflow text) returns text language sql immutable as $$
  select s from unnest(array['all', p_agent, p_system, p_workflow]) with ordinality as x (s, o) where p_off ? s order by o limit 1
$$;
--> statement-breakpoint
-- Marks a write as started, or says why it must not start: 'disabled', 'lost' (the lease), 'late' (the approval), 'changed'.
-- One that was started before and whose answer was lost may be sent again here, under the same key; its approval held in time.
-- The switchboard's row is held FOR SHARE to the commit, so that a switch waits for it and no write starts behind its back.
-- The undoing of a confirmed rollback passes every switch but its own.
-- Given to a person (p_by_hand), it is held by nobody here until that person says what became of it.
create function begin_execution(p_id uuid, p_fence integer, p_need_ms integer, p_by_hand boolean) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  switches jsonb;
  e execution;
  p proposal;
begin
  select off into switches from switchboard where id = 1 for share;
  select * into p from proposal where id = (select proposal_id from execution where id = p_id) for update;
  select * into e from execution where id = p_id for update;
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
-- Gives a claim back, to be claimed again later. What was started stays started: it may have happened.
create function release_execution(p_id uuid, p_fence integer, p_retry_ms integer, p_error text) returns boolean language sql
security definer set search_path = pg_catalog, public, pg_temp as $$
  with given as (
    update execution set state = case state when 'leased' then 'ready' else state end, lease_until = clock_timestamp(), leased_by = null,
      error = p_error, next_attempt_at = clock_timestamp() + p_retry_ms * interval '1 millisecond'
    where id = p_id and fence = p_fence and state in ('leased', 'started') returning 1)
  select exists (select 1 from given)
$$;
--> statement-breakpoint
-- Switches a scope off. Waits for every write that is beginning; returns those that are under way.
create function switch_off(p_scope text, p_by jsonb, p_reason text)
returns table (number bigint, system text, account text, lease_until timestamptz) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set lock_timeout = '200ms' as $$
declare
  begun jsonb;
begin
  update switchboard set off = case when off ? p_scope then off else
      off || jsonb_build_object(p_scope, p_by || jsonb_build_object('at', clock_timestamp(), 'reason', p_reason)) end,
    asked = asked - p_scope where id = 1;
  select coalesce(jsonb_agg(jsonb_build_object('number', u.number, 'system', u.system, 'account', u.account, 'until', u.until)
      order by u.number), '[]') into begun from writes_under_way(p_scope) u;
  perform announce_switch(jsonb_build_object('type', 'switch.disabled', 'actor', p_by ->> 'id',
    'agent', p_scope, 'system', p_scope,
    'data', jsonb_build_object('scope', p_scope, 'by', p_by, 'reason', p_reason, 'under_way', begun)));
  perform enqueue_paused(p_scope);
  return query select u.number, u.system, u.account, u.until from writes_under_way(p_scope) u order by u.number;
end $$;
--> statement-breakpoint
create function writes_under_way(p_scope text)
returns table (number bigint, system text, account text, until timestamptz) language sql as $$
  select p.number, e.system, e.account, e.lease_until from execution e join proposal p on p.id = e.proposal_id
  where e.state = 'started' and (p_scope = 'all' or p_scope in (e.agent, e.system, e.workflow))
$$;
--> statement-breakpoint
-- What is switched is told to everybody: the row names the event, and who posts it reads that.
create function announce_switch(p_event jsonb) returns void language sql as $$
  select enqueue(jsonb_build_array(jsonb_build_object('topic', 'announce',
    'ref', 'switch:' || record_events('switch', jsonb_build_array(p_event)))))
$$;
--> statement-breakpoint
-- Every open card of a scope says that it is paused, or no longer.
create function enqueue_paused(p_scope text) returns void language sql as $$
  select enqueue(coalesce(jsonb_agg(jsonb_build_object('topic', 'card', 'ref', id)), '[]')) from proposal
  where state in ('received', 'pending', 'in_review', 'approved', 'executing')
    and (p_scope = 'all' or p_scope in (agent, system, workflow))
$$;
--> statement-breakpoint
-- Asks for a scope to be enabled; a second operator confirms it.
create function ask_enable(p_scope text, p_by jsonb, p_because text) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update switchboard set asked = asked || jsonb_build_object(p_scope, p_by || jsonb_build_object('at', clock_timestamp()))
    where id = 1 and off ? p_scope;
  if not found then return false; end if;
  perform announce_switch(jsonb_build_object('type', 'switch.enable_asked', 'actor', p_by ->> 'id',
    'agent', p_scope, 'system', p_scope, 'data', jsonb_build_object('scope', p_scope, 'by', p_by, 'because', p_because)));
  return true;
end $$;
--> statement-breakpoint
create function switch_on(p_scope text, p_by jsonb, p_confirms jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  since timestamptz;
  still jsonb;
begin
  select (off -> p_scope ->> 'at')::timestamptz into since from switchboard where id = 1 for update;
  update switchboard set off = off - p_scope, asked = asked - p_scope where id = 1 and off ? p_scope
    and (p_confirms is null or (asked -> p_scope ->> 'principal') = (p_confirms ->> 'principal')
      and (p_confirms ->> 'principal') <> (p_by ->> 'principal'));
  if not found then return false; end if;
  select off into still from switchboard where id = 1;
  perform give_back(p_scope, since, still);
  perform announce_switch(jsonb_build_object('type', 'switch.enabled', 'actor', p_by ->> 'id',
    'agent', p_scope, 'system', p_scope, 'data', jsonb_build_object('scope', p_scope, 'by', p_by, 'asked_by', p_confirms)));
  perform enqueue_paused(p_scope);
  perform pg_notify('countersign', 'execution');
  return true;
end $$;
--> statement-breakpoint
create function claim_outbox(p_topics text[], p_lease_ms integer, p_limit integer)
returns table (topic text, ref text, generation integer, attempts integer) language sql security definer
set search_path = pg_catalog, public, pg_temp as $$
  with due as (
    select o.topic, o.ref from outbox o
    where o.topic = any (p_topics) and o.parked_at is null and o.due_at <= statement_timestamp()
      and (o.lease_until is null or o.lease_until < clock_timestamp())
    order by o.due_at limit p_limit for update skip locked
  )
  update outbox o set lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond', attempts = o.attempts + 1
  from due where o.topic = due.topic and o.ref = due.ref
  returning o.topic, o.ref, o.generation, o.attempts
$$;
--> statement-breakpoint
-- Takes a done row out, unless it was asked for again meanwhile.
create function finish_outbox(p_topic text, p_ref text, p_generation integer) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from outbox where topic = p_topic and ref = p_ref and generation = p_generation;
  if not found then
    update outbox set lease_until = null, attempts = 0 where topic = p_topic and ref = p_ref;
    perform pg_notify('countersign', 'outbox');
  end if;
end $$;
--> statement-breakpoint
create function retry_outbox(p_topic text, p_ref text, p_retry_ms integer, p_error text, p_park boolean) returns void language sql
security definer set search_path = pg_catalog, public, pg_temp as $$
  update outbox set lease_until = null, last_error = p_error,
    due_at = clock_timestamp() + p_retry_ms * interval '1 millisecond',
    parked_at = case when p_park then clock_timestamp() end
  where topic = p_topic and ref = p_ref
$$;
--> statement-breakpoint
create function save_card(p_card jsonb) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  p proposal;
  unseen boolean := not exists (select 1 from card c where c.proposal_id = (p_card ->> 'proposal')::uuid and c.round = (p_card ->> 'round')::integer);
begin
  insert into card (channel, ts, proposal_id, target, round, shown_version)
  values (p_card ->> 'channel', p_card ->> 'ts', (p_card ->> 'proposal')::uuid, p_card ->> 'target',
    (p_card ->> 'round')::integer, (p_card ->> 'version')::integer)
  on conflict (channel, ts) do update set round = excluded.round, shown_version = excluded.shown_version;
  if (p_card ->> 'posted')::boolean then
    update proposal set events = events + 1 where id = (p_card ->> 'proposal')::uuid returning * into p;
    perform append_events(p.id::text, p.events, jsonb_build_array(jsonb_build_object('type', 'card.posted', 'actor', 'countersign',
      'data', jsonb_build_object('target', p_card ->> 'target', 'channel', p_card ->> 'channel', 'ts', p_card ->> 'ts'))),
      p.agent, p.system, p.account, p.number);
  end if;
  if unseen then perform give_back_unseen((p_card ->> 'proposal')::uuid, (p_card ->> 'round')::integer); end if;
end $$;
--> statement-breakpoint
create function forget_card(p_channel text, p_ts text) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ delete from card where channel = p_channel and ts = p_ts $$;
--> statement-breakpoint
create function save_manifests(p_digest text, p_files jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into manifest_version (digest, files) values (p_digest, p_files) on conflict (digest) do nothing;
  if not found then return false; end if;
  perform record_events('manifests', jsonb_build_array(jsonb_build_object('type', 'manifests.loaded', 'actor', 'countersign',
    'data', jsonb_build_object('digest', p_digest, 'files', (select jsonb_agg(k order by k) from jsonb_object_keys(p_files) k)))));
  return true;
end $$;
--> statement-breakpoint
-- Who this Slack account is. An e-mail is pinned to the account that it is first seen on in a workspace: another account that
-- shows the same address later is another person, and that is recorded.
create function identify(p_slack text, p_email text, p_name text) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who text;
  owner text;
begin
  select principal into who from identity where identity = p_slack;
  select principal into owner from identity where identity = p_email;
  if who is null then
    who := coalesce((select owner where owner is not null and not exists (
      select 1 from identity i where i.principal = owner and split_part(i.identity, '/', 1) = split_part(p_slack, '/', 1))),
      'person:' || gen_random_uuid());
    perform ensure_principal(who, 'person', p_name);
    insert into identity (identity, principal) values (p_slack, who) on conflict (identity) do nothing;
    select principal into who from identity where identity = p_slack;
  end if;
  if p_email is not null and owner is null then
    insert into identity (identity, principal) values (p_email, who) on conflict (identity) do nothing;
    perform record_events('people', jsonb_build_array(jsonb_build_object('type', 'person.pinned', 'actor', 'countersign',
      'data', jsonb_build_object('principal', who, 'slack', p_slack, 'email', p_email))));
  end if;
  return who;
end $$;
--> statement-breakpoint
-- Takes from a token bucket that all processes share; its burst is the limit. Returns 0, or the milliseconds until it can be given.
-- Losing the last moments of it in a crash only means a little more patience: it does not wait for the disk.
create function take_tokens(p_name text, p_limit double precision, p_per_ms double precision, p_want integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  b bucket;
  have double precision;
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into bucket (name, tokens) values (p_name, p_limit) on conflict (name) do nothing;
  select * into b from bucket where name = p_name for update;
  have := least(p_limit, b.tokens + greatest(0, extract(epoch from clock_timestamp() - b.at)) * 1000 * p_limit / p_per_ms);
  if have < p_want then
    return ceil((p_want - have) * p_per_ms / p_limit);
  end if;
  update bucket set tokens = have - p_want, at = clock_timestamp() where name = p_name;
  return 0;
end $$;
