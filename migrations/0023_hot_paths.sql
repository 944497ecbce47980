-- The hot paths, faster (the profiles are in docs/performance.md). Nothing that they refuse or record changes.

-- As before; what goes first is said here, without a call a row.
create or replace function enqueue(p_rows jsonb) returns void language plpgsql as $$
begin
  insert into outbox as o (topic, ref, rank, due_at)
  select x.topic, x.ref, case
      when x.topic = 'announce' and x.ref like 'switch:%' then 0
      when x.topic in ('announce', 'page', 'step', 'call', 'digest', 'on_call') then 1
      when x.topic in ('refresh', 'message') then 3
      when x.topic = 'card' and exists (select 1 from card c where c.proposal_id = case when x.topic = 'card' then x.ref::uuid end) then 3
      else 2 end,
    clock_timestamp() + coalesce((x.e ->> 'after_ms')::integer, 0) * interval '1 millisecond'
  from (select distinct on (e ->> 'topic', e ->> 'ref') e, e ->> 'topic' as topic, e ->> 'ref' as ref from jsonb_array_elements(p_rows) e
        order by e ->> 'topic', e ->> 'ref') x
  on conflict (topic, ref) do update
    set generation = o.generation + 1, due_at = least(o.due_at, excluded.due_at), rank = excluded.rank, attempts = 0, parked_at = null;
  if jsonb_array_length(p_rows) > 0 then perform pg_notify('countersign', 'outbox'); end if;
end $$;
--> statement-breakpoint
drop function rank_of(text, text);
--> statement-breakpoint
drop function bring_up(uuid, jsonb, integer);
--> statement-breakpoint
-- Has every copy of these proposals' cards brought to what they are now, in one commit: what is there is looked at again, what is missing
-- waits for the turn of its place, and what waits and is wanted no more is forgotten. Of one proposal the last word counts.
create function bring_up(p_batch jsonb) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  item jsonb[] := array(select b.e from (select distinct on (e ->> 'proposal') e from jsonb_array_elements(p_batch) with ordinality x (e, o)
    order by e ->> 'proposal', o desc) b order by b.e ->> 'proposal');
  there jsonb;
  r smallint;
begin
  delete from waiting_card w using unnest(item) i where w.proposal_id = (i ->> 'proposal')::uuid
    and not exists (select 1 from jsonb_array_elements(i -> 'missing') m where m ->> 'target' = w.target);
  insert into waiting_card (place, target, proposal_id, rank)
    select m ->> 'place', m ->> 'target', (i ->> 'proposal')::uuid, (m ->> 'rank')::smallint
    from unnest(item) with ordinality x (i, o), jsonb_array_elements(x.i -> 'missing') m
    where not exists (select 1 from card c where c.proposal_id = (i ->> 'proposal')::uuid and c.target = m ->> 'target')
    order by x.o, m ->> 'target' on conflict do nothing;
  for r, there in select (i ->> 'rank')::smallint, jsonb_agg(jsonb_build_object('channel', c.channel, 'ts', c.ts) order by c.channel, c.ts)
      from unnest(item) i join card c on c.proposal_id = (i ->> 'proposal')::uuid group by 1 order by 1 loop
    perform mark_stale(there, r);
  end loop;
  perform enqueue((select coalesce(jsonb_agg(t), '[]') from (
    select '{"topic": "refresh", "ref": "messages"}'::jsonb as t where there is not null
    union all
    select jsonb_build_object('topic', 'place', 'ref', m ->> 'place') from unnest(item) i, jsonb_array_elements(i -> 'missing') m) x));
end $$;
--> statement-breakpoint
-- Puts in what is plain, allowed and new, all at once; returns the places in the batch that it has done. The rest is looked at one by one.
-- `case when … then true end` tells the planner nothing about how few would be left: with the usual guess of one row it joins row by row.
create or replace function receive_plain(p_batch jsonb, p_off jsonb) returns table (n integer, id uuid) language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  with item as materialized (
    select x.o::integer as n, x.e, x.e -> 'proposal' as p, x.e -> 'judged' as j, (x.e ->> 'max_pending')::integer as most
    from jsonb_array_elements(p_batch) with ordinality x (e, o) where case when is_plain(x.e) then true end
  ),
  room as materialized (
    select a.agent, a.most - (select count(*) from (select 1 from proposal q where q.agent = a.agent
      and q.state in ('received', 'pending', 'in_review') limit a.most) open) as left
    from (select i.p ->> 'agent' as agent, max(i.most) as most from item i where i.most is not null group by 1) a
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
    returning proposal.id, proposal.number, proposal.agent, proposal.system, proposal.account, proposal.requesters
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
  select m.n, m.id from put m;
end $$;
--> statement-breakpoint
-- As before, field by field.
create or replace function apply_changes(p_batch jsonb) returns table (n integer, outcome text) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  c jsonb;
  i bigint;
  p proposal;
  s proposal;
  v jsonb;
  x jsonb;
  held execution;
  facts jsonb;
  refusal text;
  t timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended(k, 0)) from (
    select distinct l as k from jsonb_array_elements(p_batch) e, jsonb_array_elements_text(coalesce(e -> 'locks', '[]')) l order by l) x;
  for c, i in select e, o from jsonb_array_elements(p_batch) with ordinality as b (e, o) order by e ->> 'id', o loop
    n := i;
    select * into p from proposal where id = (c ->> 'id')::uuid for update;
    if p.version is distinct from (c ->> 'version')::integer then
      outcome := 'stale'; return next; continue;
    end if;
    if (c ->> 'unexpired')::boolean or (c ->> 'unlapsed')::boolean then
      select coalesce(frozen_since(b.off, p.agent, p.system, p.workflow), clock_timestamp()) into t from switchboard b where b.id = 1;
      if ((c ->> 'unexpired')::boolean and p.expires_at <= t) or ((c ->> 'unlapsed')::boolean and p.review_due_at <= t) then
        outcome := 'late'; return next; continue;
      end if;
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

    -- Field by field: jsonb_populate_record looks at all of its fifty columns, which took longer than the update.
    s := p;
    v := coalesce(c -> 'set', '{}');
    s.state := coalesce(v ->> 'state', p.state);
    s.round := coalesce((v ->> 'round')::integer, p.round);
    s.policy := coalesce(v ->> 'policy', p.policy);
    s.reversible := coalesce((v ->> 'reversible')::boolean, p.reversible);
    s.tier := coalesce((v ->> 'tier')::smallint, p.tier);
    s.decide := coalesce(v ->> 'decide', p.decide);
    s.why := coalesce(v ->> 'why', p.why);
    s.superseded_by := coalesce((v ->> 'superseded_by')::uuid, p.superseded_by);
    if v ? 'before' then s.before := nullif(v -> 'before', 'null'); end if;
    if v ? 'blocked' then s.blocked := v ->> 'blocked'; end if;
    if v ? 'expires_at' then s.expires_at := (v ->> 'expires_at')::timestamptz; end if;
    if v ? 'review_state' then s.review_state := v ->> 'review_state'; end if;
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
      policy = s.policy, reversible = s.reversible, tier = s.tier, decide = s.decide, why = s.why, review_state = s.review_state, review_due_at = s.review_due_at,
      superseded_by = s.superseded_by
      where id = p.id;

    if c -> 'round' is not null then
      insert into round (proposal_id, round, envelope, requesters, execution, because)
      values (p.id, s.round, decode(c -> 'round' ->> 'envelope', 'base64'), p.requesters, (c -> 'round' ->> 'execution')::uuid,
        c -> 'round' ->> 'because');
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
-- A server keeps its plans for as long as its connections last. Made while the tables were small they would read them whole for ever after:
-- these have an index for everything that they look for.
alter function receive_proposals(jsonb) set enable_seqscan = off;
--> statement-breakpoint
alter function apply_changes(jsonb) set enable_seqscan = off;
--> statement-breakpoint
alter function begin_execution(uuid, integer, integer, boolean) set enable_seqscan = off;
--> statement-breakpoint
alter function bring_up(jsonb) set enable_seqscan = off;
--> statement-breakpoint
-- As before, and: that an earlier write of the account is unfinished is said so that its index can tell. It was looked for among all
-- writes that ever were, for each one that is due: 140 ms a claim with 145 due of 270.
create or replace function claim_executions(p_worker text, p_lease_ms integer, p_limit integer, p_only text, p_except text[])
returns table (id uuid, proposal_id uuid, fence integer, was text, kind text) language sql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
  with due as (
    select e.id, e.state as was from execution e, switchboard b
    where e.state in ('ready', 'leased', 'started') and e.next_attempt_at <= clock_timestamp()
      and (e.state = 'ready' or e.lease_until < clock_timestamp())
      and (p_only is null or e.system = p_only) and e.system <> all (p_except)
      and b.id = 1 and not exists (select 1 from system_state s where s.system = e.system and s.paused_until > clock_timestamp())
      and case e.kind
        when 'forward' then switched_off(b.off, e.agent, e.system, e.workflow) is null
          and not exists (select 1 from execution f where f.system = e.system and f.account = e.account
            and f.kind = 'forward' and f.id < e.id and f.state in ('ready', 'leased', 'started') and (f.state = 'started'
              or (f.state = 'leased' and f.lease_until >= clock_timestamp())
              or (f.state in ('ready', 'leased') and switched_off(b.off, f.agent, f.system, f.workflow) is null)))
          and not exists (select 1 from execution u where u.system = e.system and u.account = e.account
            and u.kind = 'compensate' and u.state in ('ready', 'leased', 'started') and (u.state = 'started' or (u.state = 'leased' and u.lease_until >= clock_timestamp())))
        else not b.off ? 'rollback' and (e.state = 'started' or rollback_runs(e.rollback))
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
  returning e.id, e.proposal_id, e.fence, due.was, e.kind
$$;
