-- The way in, faster: a batch is judged and put in by one statement a table rather than row by row (profile in docs/performance.md).

-- A proposal begins as received, or is judged in the commit that receives it and then begins as pending, in its first round.
create or replace function proposal_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a proposal is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'INSERT' then
    if (new.state, new.version, new.round) is distinct from ('received', 1, 0)
       and ((new.state, new.version, new.round) is distinct from ('pending', 2, 1) or new.decide = 'agent' or new.judged_at is null) then
      raise exception 'a proposal begins as received, or as pending where it is judged at once' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  if (new.id, new.number, new.agent, new.idempotency_key, new.body, new.action, new.system, new.workflow, new.account, new.summary,
      new.input, new.reason, new.evidence, new.metadata, new.on_behalf_of, new.claimed_impact, new.amount, new.currency,
      new.requesters, new.callback, new.supersedes, new.created_at)
     is distinct from
     (old.id, old.number, old.agent, old.idempotency_key, old.body, old.action, old.system, old.workflow, old.account, old.summary,
      old.input, old.reason, old.evidence, old.metadata, old.on_behalf_of, old.claimed_impact, old.amount, old.currency,
      old.requesters, old.callback, old.supersedes, old.created_at) then
    raise exception 'what was proposed never changes' using errcode = 'integrity_constraint_violation';
  end if;
  -- A message about it was posted: an event, and nothing else changed.
  if new.version = old.version and to_jsonb(new) - 'events' = to_jsonb(old) - 'events' and new.events > old.events then
    return new;
  end if;
  if new.version <> old.version + 1 then
    raise exception 'a proposal changes one version at a time' using errcode = 'integrity_constraint_violation';
  end if;
  if new.round not in (old.round, old.round + 1) or new.events < old.events then
    raise exception 'rounds and events only grow' using errcode = 'integrity_constraint_violation';
  end if;
  if new.state <> old.state and not proposal_may_follow(old.state, new.state) then
    raise exception 'a proposal does not go from % to %', old.state, new.state using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- As before, and: who is judged at once is told of both.
create or replace function tell_agent() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then perform note_callback(new.id, 'proposal.received'); end if;
  if (tg_op = 'INSERT' and new.state <> 'received') or (tg_op = 'UPDATE' and (new.state <> old.state or new.round <> old.round)) then
    perform note_callback(new.id, 'proposal.' || new.state);
  end if;
  if tg_op = 'UPDATE' and new.review_state is distinct from old.review_state and new.review_state <> 'awaiting' then
    perform note_callback(new.id, 'proposal.reviewed');
  end if;
  return null;
end $$;
--> statement-breakpoint
-- As before; in this language its plan is kept from call to call on every version of Postgres.
create or replace function append_events(p_stream text, p_first integer, p_events jsonb, p_agent text, p_system text, p_account text, p_number bigint)
returns void language plpgsql as $$
begin
  insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
  select p_stream, p_first + (n - 1)::integer, e ->> 'type', e ->> 'actor', coalesce(e -> 'data', '{}'),
         p_agent, p_system, p_account, p_number
  from jsonb_array_elements(p_events) with ordinality as x (e, n);
end $$;
--> statement-breakpoint
-- What can be put in with the others of its batch: it takes nothing's place, and either waits for its system to be read or is judged to
-- wait for people. Nothing that is summed or decided is among it; a key that this does not know goes the other way.
create function is_plain(e jsonb) returns boolean language sql immutable as $$
  select e -> 'supersedes' is null and (e -> 'judged' is null or (e -> 'judged' -> 'set' ->> 'state' = 'pending'
    and (e -> 'judged') - array['id', 'version', 'set', 'judged', 'round', 'due', 'expires', 'steps', 'events', 'outbox'] = '{}'
    and (e -> 'judged' ->> 'judged')::boolean and e -> 'judged' -> 'round' is not null))
$$;
--> statement-breakpoint
-- Puts in what is plain, allowed and new, all at once; returns the places in the batch that it has done. The rest is looked at one by one.
create function receive_plain(p_batch jsonb, p_off jsonb) returns table (n integer, id uuid) language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
  told jsonb;
begin
  return query
  with item as materialized (
    select x.o::integer as n, x.e, x.e -> 'judged' as j, x.e -> 'proposal' ->> 'agent' as agent,
      row_number() over (partition by x.e -> 'proposal' ->> 'agent' order by x.o) as nth
    from jsonb_array_elements(p_batch) with ordinality x (e, o) where is_plain(x.e)
  ),
  room as materialized (
    select a.agent, a.most - (select count(*) from (select 1 from proposal p where p.agent = a.agent
      and p.state in ('received', 'pending', 'in_review') limit a.most) open) as left
    from (select i.agent, max((i.e ->> 'max_pending')::integer) as most from item i where i.e ->> 'max_pending' is not null group by i.agent) a
  ),
  fresh as materialized (
    select i.n, i.e, i.j, f.*, jsonb_array_length(i.e -> 'events') + coalesce(jsonb_array_length(i.j -> 'events'), 0) as facts
    from item i left join room r on r.agent = i.agent
    cross join lateral jsonb_populate_record(null::proposal, (i.e -> 'proposal') || coalesce(i.j -> 'set', '{}')) f
    where (r.left is null or i.nth <= r.left) and switched_off(p_off, f.agent, f.system, f.workflow) is null
      and not exists (select 1 from proposal p where p.agent = f.agent and p.idempotency_key = f.idempotency_key)
  ),
  made as (
    insert into proposal (id, agent, idempotency_key, body, action, system, workflow, account, summary, input, reason, evidence,
      metadata, traceparent, on_behalf_of, claimed_impact, amount, currency, tier, decide, why, policy, reversible, requesters,
      callback, events, version, state, round, before, judged_at, due_at, expires_at)
    select f.id, f.agent, f.idempotency_key, decode(f.e ->> 'body', 'base64'), f.action, f.system, f.workflow, f.account, f.summary, f.input,
      f.reason, f.evidence, f.metadata, f.traceparent, f.on_behalf_of, f.claimed_impact, f.amount, f.currency, f.tier, f.decide, f.why,
      f.policy, f.reversible, f.requesters, coalesce(f.callback, false), f.facts,
      case when f.j is null then 1 else 2 end, coalesce(f.state, 'received'), coalesce(f.round, 0), f.before,
      case when f.j is not null then clock_timestamp() end, moment_of(f.j -> 'due'),
      coalesce(moment_of(f.j -> 'expires'), clock_timestamp() + (f.e ->> 'expires_ms')::bigint * interval '1 millisecond')
    from fresh f order by f.n on conflict do nothing
    returning proposal.id, proposal.number, proposal.agent, proposal.system, proposal.account, proposal.requesters
  ),
  rounds as (
    insert into round (proposal_id, round, envelope, requesters, execution, because)
    select m.id, 1, decode(f.j -> 'round' ->> 'envelope', 'base64'), m.requesters, (f.j -> 'round' ->> 'execution')::uuid,
      f.j -> 'round' ->> 'because'
    from made m join fresh f on f.id = m.id where f.j is not null
  ),
  steps as (
    insert into step (proposal_id, round, n, due_at, what)
    select m.id, 1, (s ->> 'n')::smallint, moment_of(s -> 'due'), s -> 'what'
    from made m join fresh f on f.id = m.id cross join jsonb_array_elements(f.j -> 'steps') s
  ),
  facts as (
    insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
    select m.id::text, x.o::integer, x.e ->> 'type', x.e ->> 'actor', coalesce(x.e -> 'data', '{}'), m.agent, m.system, m.account, m.number
    from made m join fresh f on f.id = m.id
    cross join jsonb_array_elements((f.e -> 'events') || coalesce(f.j -> 'events', '[]')) with ordinality x (e, o)
  )
  select f.n, m.id from made m join fresh f on f.id = m.id;
end $$;
--> statement-breakpoint
-- As before, and what is plain goes in together. What was posted is known by its digest; what was kept whole before is still known.
create or replace function receive_proposals(p_batch jsonb) returns table (n integer, outcome text, id uuid, scope text) language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  c jsonb;
  i bigint;
  f proposal;
  known proposal;
  off jsonb;
  done integer[] := '{}';
begin
  perform pg_advisory_xact_lock(hashtextextended(k, 0)) from (
    select distinct l as k from jsonb_array_elements(p_batch) e, jsonb_array_elements_text(coalesce(e -> 'judged' -> 'locks', '[]')) l
    order by l) x;
  select b.off into off from switchboard b where b.id = 1;
  perform ensure_principal('agent:' || a, 'agent', a) from (
    select distinct e -> 'proposal' ->> 'agent' as a from jsonb_array_elements(p_batch) e order by 1) x;
  outcome := 'received'; scope := null;
  for n, id in select r.n, r.id from receive_plain(p_batch, off) r loop
    done := done || n;
    return next;
  end loop;
  if done <> '{}' then
    perform enqueue((select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(p_batch) with ordinality x (e, o)
      cross join jsonb_array_elements((x.e -> 'outbox') || coalesce(x.e -> 'judged' -> 'outbox', '[]')) r where x.o = any (done)));
  end if;
  if cardinality(done) = jsonb_array_length(p_batch) then return; end if;
  for c, i in select e, o from jsonb_array_elements(p_batch) with ordinality as b (e, o) where o <> all (done) loop
    n := i; id := null; scope := null;
    f := jsonb_populate_record(null::proposal, c -> 'proposal');
    f.body := decode(c ->> 'body', 'base64');
    if f.idempotency_key is not null then
      select * into known from proposal p where p.agent = f.agent and p.idempotency_key = f.idempotency_key;
      if found then
        id := known.id;
        outcome := case when known.id = f.id then 'received'
          when f.body in (known.body, sha256(known.body)) and known.action = f.action then 'known' else 'conflict' end;
        return next; continue;
      end if;
    end if;
    scope := switched_off(off, f.agent, f.system, f.workflow);
    if scope is not null then
      outcome := 'disabled'; return next; continue;
    end if;
    if (c ->> 'max_pending') is not null and (c ->> 'max_pending')::integer <= (select count(*) from (select 1 from proposal p
        where p.agent = f.agent and p.state in ('received', 'pending', 'in_review') limit (c ->> 'max_pending')::integer) open) then
      outcome := 'full'; return next; continue;
    end if;
    if c -> 'supersedes' is not null and (select a.outcome from apply_changes(jsonb_build_array(c -> 'supersedes')) a) <> 'applied' then
      outcome := 'stale'; return next; continue;
    end if;
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
        when f.body in (known.body, sha256(known.body)) and known.action = f.action then 'known' else 'conflict' end;
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
-- What is written often leaves dead rows and index entries behind: cleared at a fiftieth of the table rather than a fifth, so that a
-- sweep that finds nothing stays as cheap with a million open as with ten thousand.
alter table outbox set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
--> statement-breakpoint
alter table proposal set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
--> statement-breakpoint
alter table execution set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
--> statement-breakpoint
alter table step set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
