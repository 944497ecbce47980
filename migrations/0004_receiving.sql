-- Proposals that come in, many in one commit.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
-- The widest scope that is switched off for this agent, system or workflow; null: none.
create function switched_off(p_off jsonb, p_agent text, p_system text, p_workflow text) returns text language sql immutable as $$
  select case when p_off ? 'all' then 'all' when p_off ? p_agent then p_agent when p_off ? p_system then p_system
    when p_off ? p_workflow then p_workflow end
$$;
--> statement-breakpoint
-- What can be put in with the others of its batch: it takes nothing's place, keeps no personal value apart, and either waits for its system
-- to be read or is judged to wait for people. Nothing that is summed or decided is among it; a key that this does not know goes the other way.
create function is_plain(e jsonb) returns boolean language sql immutable as $$
  select e -> 'supersedes' is null and e -> 'kept' is null and (e -> 'judged' is null or (e -> 'judged' -> 'set' ->> 'state' = 'pending'
    and (e -> 'judged') - array['id', 'version', 'set', 'judged', 'round', 'due', 'expires', 'steps', 'events', 'outbox'] = '{}'
    and (e -> 'judged' ->> 'judged')::boolean and e -> 'judged' -> 'round' is not null))
$$;
--> statement-breakpoint
-- How many proposals of an agent are open, no further than p_most; counted only where that and p_more might be too many: no more can be open
-- than were numbered since its oldest.
create function open_of(p_agent text, p_most integer, p_more integer default 1) returns bigint language plpgsql stable as $$
declare
  span bigint := 1 + (select last_value from proposal_number_seq) - (select q.number from proposal q
    where q.agent = p_agent and q.state in ('received', 'pending', 'in_review') order by q.number limit 1);
begin
  if span is null then return 0; end if;
  if span + p_more <= p_most then return span; end if;
  return (select count(*) from (select 1 from proposal q
    where q.agent = p_agent and q.state in ('received', 'pending', 'in_review') limit p_most) open);
end $$;
--> statement-breakpoint
create function given_to(p_number bigint, p_created_at timestamptz, p_judged_at timestamptz, p_due_at timestamptz, p_expires_at timestamptz)
returns jsonb language sql stable as $$
  select jsonb_build_object('number', p_number, 'created_at', p_created_at, 'judged_at', p_judged_at, 'due_at', p_due_at, 'expires_at', p_expires_at)
$$;
--> statement-breakpoint
-- Puts in what is plain, allowed and new, all at once; returns the places in the batch that it has done, and what was given to each beyond
-- what was sent, so that nobody has to read it back. The rest is looked at one by one.
-- `case when … then true end` tells the planner nothing about how few would be left: with the usual guess of one row it joins row by row.
create function receive_plain(p_batch jsonb, p_off jsonb) returns table (n integer, id uuid, given jsonb, outbox jsonb) language plpgsql as $$
begin
  return query
  with item as materialized (
    select x.o::integer as n, x.e, x.e -> 'proposal' as p, x.e -> 'judged' as j, (x.e ->> 'max_pending')::integer as most
    from jsonb_array_elements(p_batch) with ordinality x (e, o) where case when is_plain(x.e) then true end
  ),
  room as materialized (
    select a.agent, a.most - open_of(a.agent, a.most, a.more) as left
    from (select i.p ->> 'agent' as agent, max(i.most) as most, count(*)::integer as more from item i where i.most is not null group by 1) a
  ),
  fresh as materialized (
    select (i.p ->> 'id')::uuid as id, i.n, i.e, i.p, i.j, coalesce(i.j -> 'set', '{}') as s
    from (select i.*, row_number() over (partition by i.p ->> 'agent' order by i.n) as nth from item i) i
    left join room r on r.agent = i.p ->> 'agent'
    where case when r.left is null or i.nth <= r.left then true end
      and case when p_off = '{}' then true when switched_off(p_off, i.p ->> 'agent', i.p ->> 'system', i.p ->> 'workflow') is null then true end
      and case when (select true from proposal q where q.agent = i.p ->> 'agent' and q.idempotency_key = i.p ->> 'idempotency_key' limit 1)
        is null then true end
  ),
  made as (
    insert into proposal (id, agent, idempotency_key, body, action, system, workflow, account, summary, input, reason, evidence,
      metadata, traceparent, on_behalf_of, claimed_impact, amount, currency, tier, decide, why, policy, reversible, requesters,
      callback, events, version, state, round, before, judged_at, due_at, expires_at)
    select f.id, f.p ->> 'agent', f.p ->> 'idempotency_key', decode(f.e ->> 'body', 'base64'), f.p ->> 'action', f.p ->> 'system',
      f.p ->> 'workflow', f.p ->> 'account', f.p ->> 'summary', f.p -> 'input', f.p ->> 'reason', f.p -> 'evidence', f.p -> 'metadata',
      f.p ->> 'traceparent', f.p ->> 'on_behalf_of', f.p ->> 'claimed_impact', (f.p ->> 'amount')::bigint, f.p ->> 'currency',
      coalesce((f.s ->> 'tier')::smallint, (f.p ->> 'tier')::smallint), coalesce(f.s ->> 'decide', f.p ->> 'decide'),
      coalesce(f.s ->> 'why', f.p ->> 'why'), coalesce(f.s ->> 'policy', f.p ->> 'policy'),
      coalesce((f.s ->> 'reversible')::boolean, (f.p ->> 'reversible')::boolean),
      array(select jsonb_array_elements_text(f.p -> 'requesters')), coalesce((f.p ->> 'callback')::boolean, false),
      jsonb_array_length(f.e -> 'events') + coalesce(jsonb_array_length(f.j -> 'events'), 0),
      case when f.j is null then 1 else 2 end, coalesce(f.s ->> 'state', 'received'), coalesce((f.s ->> 'round')::integer, 0),
      nullif(f.s -> 'before', 'null'), case when f.j is not null then clock_timestamp() end, moment_of(f.j -> 'due'),
      coalesce(moment_of(f.j -> 'expires'), clock_timestamp() + (f.e ->> 'expires_ms')::bigint * interval '1 millisecond')
    from fresh f order by f.n on conflict do nothing
    returning proposal.id, proposal.number, proposal.agent, proposal.system, proposal.account, proposal.requesters,
      given_to(proposal.number, proposal.created_at, proposal.judged_at, proposal.due_at, proposal.expires_at) as given
  ),
  put as materialized (
    select f.n, f.e, f.j, m.* from made m join fresh f on f.id = m.id
  ),
  rounds as (
    insert into round (proposal_id, round, envelope, requesters, execution, because)
    select m.id, 1, decode(m.j -> 'round' ->> 'envelope', 'base64'), m.requesters, (m.j -> 'round' ->> 'execution')::uuid,
      m.j -> 'round' ->> 'because'
    from put m where m.j is not null
  ),
  steps as (
    insert into step (proposal_id, round, n, due_at, what)
    select m.id, 1, (s ->> 'n')::smallint, moment_of(s -> 'due'), s -> 'what'
    from put m cross join jsonb_array_elements(m.j -> 'steps') s
  ),
  facts as (
    insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
    select m.id::text, x.o::integer, x.e ->> 'type', x.e ->> 'actor', coalesce(x.e -> 'data', '{}'), m.agent, m.system, m.account, m.number
    from put m cross join jsonb_array_elements((m.e -> 'events') || coalesce(m.j -> 'events', '[]')) with ordinality x (e, o)
  )
  select m.n, m.id, m.given, (m.e -> 'outbox') || coalesce(m.j -> 'outbox', '[]') from put m;
end $$;
--> statement-breakpoint
-- Accepts proposals. n is the place in the batch; outcome 'received', 'known' (the same key and body), 'conflict' (the same
-- key, another body), 'disabled' (scope says what), 'full' (max_pending) or 'stale' (what it supersedes has
-- moved on). A proposal that needs no look at its system carries the change that judges it, which is applied in the same commit. Of several,
-- what is plain goes in together; what is plain is given back with what it was given. What was posted is known by its digest.
-- A server keeps its plans for as long as its connections last. Made while the tables were small they would read them whole for ever after:
-- what looks only for what there is an index for reads none whole. And one plan does for every batch: without being told so, each connection
-- makes five of each statement before it keeps one, which take longer than the statements.
create function receive_proposals(p_batch jsonb) returns table (n integer, outcome text, id uuid, scope text, given jsonb) language plpgsql
security definer set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  c jsonb;
  j jsonb;
  i bigint;
  f proposal;
  known proposal;
  off jsonb;
  done integer[] := '{}';
  asked jsonb := '[]';
  more jsonb;
  events jsonb;
  plain boolean;
  is_there boolean := false;
begin
  if jsonb_path_exists(p_batch, '$[*].judged.locks') then
    perform pg_advisory_xact_lock(hashtextextended(k, 0)) from (
      select distinct l as k from jsonb_array_elements(p_batch) e, jsonb_array_elements_text(coalesce(e -> 'judged' -> 'locks', '[]')) l
      order by l) x;
  end if;
  select b.off into off from switchboard b where b.id = 1;
  outcome := 'received'; scope := null;
  -- One alone has nothing to share, and a statement of so many parts costs more to begin than its own few do.
  if jsonb_array_length(p_batch) > 1 then
    perform ensure_principal('agent:' || a, 'agent', a) from (
      select distinct e -> 'proposal' ->> 'agent' as a from jsonb_array_elements(p_batch) e order by 1) x;
    for n, id, given, more in select r.n, r.id, r.given, r.outbox from receive_plain(p_batch, off) r loop
      done := done || n;
      asked := asked || more;
      return next;
    end loop;
    if done <> '{}' then perform enqueue(asked); end if;
    if cardinality(done) = jsonb_array_length(p_batch) then return; end if;
  end if;
  for c, i in select e, o from jsonb_array_elements(p_batch) with ordinality as b (e, o) where o <> all (done) loop
    n := i; id := null; scope := null; given := null;
    plain := is_plain(c);
    j := case when plain then c -> 'judged' end;
    f := jsonb_populate_record(null::proposal, (c -> 'proposal') || coalesce(j -> 'set', '{}'));
    f.body := decode(c ->> 'body', 'base64');
    if f.idempotency_key is not null then
      select * into known from proposal p where p.agent = f.agent and p.idempotency_key = f.idempotency_key;
      if found then
        id := known.id;
        outcome := case when known.id = f.id then 'received'
          when f.body in (known.body, sha256(known.body)) and known.action = f.action then 'known' else 'conflict' end;
        is_there := true; return next; continue;
      end if;
    end if;
    scope := switched_off(off, f.agent, f.system, f.workflow);
    if scope is not null then
      outcome := 'disabled'; return next; continue;
    end if;
    if (c ->> 'max_pending')::integer <= open_of(f.agent, (c ->> 'max_pending')::integer) then
      outcome := 'full'; return next; continue;
    end if;
    if c -> 'supersedes' is not null then
      if (select a.outcome from apply_changes(jsonb_build_array(c -> 'supersedes')) a) <> 'applied' then
        outcome := 'stale'; return next; continue;
      end if;
    end if;
    perform ensure_principal('agent:' || f.agent, 'agent', f.agent);
    events := (c -> 'events') || coalesce(j -> 'events', '[]');
    insert into proposal (id, agent, idempotency_key, body, action, system, workflow, account, summary, input, reason, evidence,
      metadata, traceparent, on_behalf_of, claimed_impact, amount, currency, tier, decide, why, policy, reversible, requesters,
      callback, supersedes, events, version, state, round, before, judged_at, due_at, expires_at)
    values (f.id, f.agent, f.idempotency_key, f.body, f.action, f.system, f.workflow, f.account, f.summary, f.input, f.reason, f.evidence,
      f.metadata, f.traceparent, f.on_behalf_of, f.claimed_impact, f.amount, f.currency, f.tier, f.decide, f.why, f.policy, f.reversible,
      f.requesters, coalesce(f.callback, false), f.supersedes, jsonb_array_length(events), case when j is null then 1 else 2 end,
      coalesce(f.state, 'received'), coalesce(f.round, 0), f.before, case when j is not null then clock_timestamp() end,
      moment_of(j -> 'due'), coalesce(moment_of(j -> 'expires'), clock_timestamp() + (c ->> 'expires_ms')::bigint * interval '1 millisecond'))
    on conflict do nothing returning * into known;
    if not found then
      -- Either this very proposal was committed by a call whose answer was lost, or somebody was faster with the same key.
      select * into known from proposal p where p.id = f.id or (p.agent = f.agent and p.idempotency_key = f.idempotency_key);
      id := known.id;
      outcome := case when known.id = f.id then 'received'
        when f.body in (known.body, sha256(known.body)) and known.action = f.action then 'known' else 'conflict' end;
      is_there := true; return next; continue;
    end if;
    perform append_events(known.id::text, 1, events, known.agent, known.system, known.account, known.number);
    if j is not null then
      insert into round (proposal_id, round, envelope, requesters, execution, because)
      values (known.id, 1, decode(j -> 'round' ->> 'envelope', 'base64'), known.requesters, (j -> 'round' ->> 'execution')::uuid,
        j -> 'round' ->> 'because');
      if j -> 'steps' <> '[]' then
        insert into step (proposal_id, round, n, due_at, what)
        select known.id, 1, (s ->> 'n')::smallint, moment_of(s -> 'due'), s -> 'what' from jsonb_array_elements(j -> 'steps') s;
      end if;
    end if;
    perform enqueue((c -> 'outbox') || coalesce(j -> 'outbox', '[]'));
    if plain then
      given := given_to(known.number, known.created_at, known.judged_at, known.due_at, known.expires_at);
    elsif c -> 'judged' is not null then
      if (select a.outcome from apply_changes(jsonb_build_array(c -> 'judged')) a) <> 'applied' then
        perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'assess', 'ref', known.id)));
      end if;
    end if;
    id := known.id; outcome := 'received'; return next;
  end loop;
  -- It was committed before, perhaps by somebody who was let go before the synchronous standby had it: what comes after it in the log is
  -- waited for, and so is it.
  if is_there then perform pg_logical_emit_message(true, 'countersign', 'known'); end if;
end $$;
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
