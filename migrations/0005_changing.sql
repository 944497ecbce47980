-- Every change of a proposal after that, many in one commit.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
-- The minor units of others like it that were judged in a window and not refused since: of its account, or of its agent. `p_alone`: of what
-- the agent decided alone. A statement for each, since an index serves only what is said of its own column.
create function sum_before(p proposal, p_per text, p_within_ms bigint, p_alone boolean) returns numeric language plpgsql as $$
declare
  since timestamptz := clock_timestamp() - p_within_ms * interval '1 millisecond';
  states text[] := array['approved', 'executing', 'awaiting_manual', 'executed', 'unknown'] || case when not p_alone then array['pending', 'in_review'] end;
begin
  if p_per = 'account' then
    return (select coalesce(sum(q.amount), 0) from proposal q where q.workflow = p.workflow and q.account = p.account and q.judged_at > since
      and q.id <> p.id and q.state = any (states) and (q.decide = 'agent' or not p_alone));
  end if;
  return (select coalesce(sum(q.amount), 0) from proposal q where q.workflow = p.workflow and q.agent = p.agent and q.judged_at > since
    and q.id <> p.id and q.state = any (states) and (q.decide = 'agent' or not p_alone));
end $$;
--> statement-breakpoint
-- What a change must hold to under a lock, beyond its version; null: nothing stands against it. Sums are taken over what was judged
-- and not refused since; the advisory locks of a batch were taken in one order by apply_changes, so that batches can't wait in a ring.
create function refuse_sums(c jsonb, p proposal) returns text language plpgsql as $$
declare
  b jsonb;
begin
  for b in select * from jsonb_array_elements(coalesce(c -> 'budgets', '[]')) loop
    if sum_before(p, b ->> 'per', (b ->> 'within_ms')::bigint, true) + coalesce(p.amount, 0) > (b ->> 'minor')::numeric then
      return 'over_' || (b ->> 'per');
    end if;
  end loop;
  b := c -> 'sum';
  if b is not null and sum_before(p, b ->> 'per', (b ->> 'within_ms')::bigint, false) <> (b ->> 'prior')::numeric then
    return 'stale';
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
-- A person's decision, or how a write went, and no more than that.
create function is_plain_change(c jsonb) returns boolean language sql immutable as $$
  select c - array['id', 'version', 'set', 'unexpired', 'unlapsed', 'execute_in_ms', 'review_in_ms', 'hold_ms', 'execute', 'reviewed', 'decision',
      'outcome', 'events', 'outbox'] = '{}'
    and (c -> 'set') - array['state', 'expires_at', 'review_state'] = '{}'
    and coalesce(c -> 'decision' ->> 'principal_kind', 'person') = 'person'
    and not jsonb_path_exists(c, '$.events[*].kept')
$$;
--> statement-breakpoint
-- Applies what is plain (its places in the batch are p_plain) and may be, all at once; returns the places of what it has applied. The caller
-- holds the rows of the proposals and executions, so that what is judged here is what is changed.
create function apply_plain(p_batch jsonb, p_plain integer[]) returns integer[] language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
  done integer[];
begin
  with item as materialized (
    select x.n::integer, x.c, (x.c ->> 'id')::uuid as id, x.c -> 'set' as s, x.c -> 'decision' as d, x.c -> 'outcome' as x,
      count(*) over (partition by x.c ->> 'id') as together
    from jsonb_array_elements(p_batch) with ordinality x (c, n)
  ),
  held as materialized (
    select i.n, i.c, i.s, i.d, i.x, p.id, p.round, p.events, p.requesters, p.agent, p.system, p.workflow, p.account, p.number
    from item i join proposal p on p.id = i.id join switchboard b on b.id = 1
    where case when i.together = 1 and i.n = any (p_plain) then true end
      and case when p.version = (i.c ->> 'version')::integer then true end
      and case when ((i.c ->> 'unexpired')::boolean and p.expires_at <= coalesce(frozen_since(b.off, p.agent, p.system, p.workflow), clock_timestamp()))
        or ((i.c ->> 'unlapsed')::boolean and p.review_due_at <= coalesce(frozen_since(b.off, p.agent, p.system, p.workflow), clock_timestamp()))
        then null else true end
      and case when i.x is null then true
        when (select e.fence from execution e where e.id = (i.x ->> 'id')::uuid) = (i.x ->> 'fence')::integer then true end
  ),
  moved as (
    update proposal p set version = p.version + 1, events = p.events + jsonb_array_length(h.c -> 'events'),
      state = coalesce(h.s ->> 'state', p.state),
      expires_at = case when h.s ? 'expires_at' then (h.s ->> 'expires_at')::timestamptz else p.expires_at end,
      review_state = case when h.s ? 'review_state' then h.s ->> 'review_state' else p.review_state end,
      execute_by = coalesce(clock_timestamp() + (h.c ->> 'execute_in_ms')::bigint * interval '1 millisecond', p.execute_by),
      review_due_at = coalesce(clock_timestamp() + (h.c ->> 'review_in_ms')::bigint * interval '1 millisecond', p.review_due_at)
    from held h where p.id = h.id
  ),
  people as (
    insert into principal (id, kind, name)
    select distinct on (h.d ->> 'principal') h.d ->> 'principal', h.d ->> 'principal_kind', h.d ->> 'by_name'
    from held h where h.d is not null and not exists (select 1 from principal k where k.id = h.d ->> 'principal')
    order by h.d ->> 'principal', h.n on conflict (id) do nothing
  ),
  votes as (
    insert into vote (proposal_id, round, stage, kind, digest, requesters, principal, identities, by_id, by_name, for_principal, for_id,
      for_name, reason)
    select h.id, h.round, h.d ->> 'stage', h.d ->> 'kind', decode(h.d ->> 'digest', 'hex'), h.requesters, h.d ->> 'principal',
      array(select jsonb_array_elements_text(h.d -> 'identities')), h.d ->> 'by_id', h.d ->> 'by_name', h.d -> 'for' ->> 'principal',
      h.d -> 'for' ->> 'id', h.d -> 'for' ->> 'name', h.d ->> 'reason'
    from held h where h.d is not null
  ),
  decisions as (
    insert into decision (proposal_id, round, stage, verdict, digest, principal, kind)
    select h.id, h.round, h.d ->> 'stage', h.d ->> 'verdict', decode(h.d ->> 'digest', 'hex'), h.d ->> 'principal', h.d ->> 'kind'
    from held h where h.d ->> 'verdict' is not null
  ),
  ready as (
    insert into execution (id, proposal_id, round, digest, review_stage, agent, system, workflow, account, next_attempt_at)
    select r.execution, h.id, r.round, r.digest, case when (h.c ->> 'reviewed')::boolean then 'review' end, h.agent, h.system, h.workflow,
      h.account, clock_timestamp() + coalesce((h.c ->> 'hold_ms')::bigint, 0) * interval '1 millisecond'
    from held h join round r on r.proposal_id = h.id and r.round = h.round where (h.c ->> 'execute')::boolean
  ),
  written as (
    update execution e set
      state = h.x ->> 'state',
      started_at = case when h.x ->> 'state' in ('ready', 'canceled') then null else e.started_at end,
      finished_at = case when h.x ->> 'state' in ('executed', 'failed', 'unknown', 'canceled') then clock_timestamp() end,
      next_attempt_at = clock_timestamp() + coalesce((h.x ->> 'retry_ms')::integer, 0) * interval '1 millisecond',
      lease_until = null, leased_by = null,
      result = coalesce(h.x -> 'result', e.result), error = h.x ->> 'error',
      before = coalesce(h.x -> 'before', e.before), after = coalesce(h.x -> 'after', e.after)
    from held h where e.id = (h.x ->> 'id')::uuid
  ),
  facts as (
    insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
    select h.id::text, h.events + x.o::integer, x.e ->> 'type', x.e ->> 'actor', coalesce(x.e -> 'data', '{}'), h.agent, h.system,
      h.account, h.number
    from held h cross join jsonb_array_elements(h.c -> 'events') with ordinality x (e, o)
  )
  select coalesce(array_agg(h.n), '{}') into done from held h;
  return done;
end $$;
--> statement-breakpoint
-- Applies transitions by compare and swap; n is the place in the batch. A change is refused as 'stale' (somebody was faster), 'late'
-- (its time is over by this clock, or the time for what a second human says of it), 'fenced' (the lease has passed on), 'over_account',
-- 'over_agent' or 'distrusted' (the agent may not decide it alone). A new round may be judged by other manifests, and says why it is asked again.
-- What is plain goes together, by one statement a table; the rest, and what is to be refused, one by one, so that each refusal has one place. Its locks are those of an
-- update that leaves keys alone: who only refers to a row does not wait for them.
create function apply_changes(p_batch jsonb) returns table (n integer, outcome text) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
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
  plain integer[] := array(select o from jsonb_array_elements(p_batch) with ordinality x (e, o) where is_plain_change(e));
  done integer[] := '{}';
  told jsonb := '[]';
begin
  perform pg_advisory_xact_lock(hashtextextended(k, 0)) from (
    select distinct l as k from jsonb_array_elements(p_batch) e, jsonb_array_elements_text(coalesce(e -> 'locks', '[]')) l order by l) x;
  if plain <> '{}' then
    perform 1 from proposal q where q.id = any (array(select (e ->> 'id')::uuid from jsonb_array_elements(p_batch) e)) order by q.id for no key update;
    perform 1 from execution e where e.id = any (array(select (e -> 'outcome' ->> 'id')::uuid from jsonb_array_elements(p_batch) e))
      order by e.id for no key update;
    done := apply_plain(p_batch, plain);
    outcome := 'applied';
    for c, n in select e, o from jsonb_array_elements(p_batch) with ordinality as b (e, o) where o = any (done) loop
      told := told || coalesce(c -> 'outbox', '[]');
      if (c ->> 'execute')::boolean then perform pg_notify('countersign', 'execution'); end if;
      perform pg_notify('countersign', 'proposal:' || (c ->> 'id'));
      return next;
    end loop;
  end if;
  for c, i in select e, o from jsonb_array_elements(p_batch) with ordinality as b (e, o) where o <> all (done) order by e ->> 'id', o loop
    n := i;
    select * into p from proposal where id = (c ->> 'id')::uuid for no key update;
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
      select * into held from execution where id = (x ->> 'id')::uuid for no key update;
      if held.fence is distinct from (x ->> 'fence')::integer then
        outcome := 'fenced'; return next; continue;
      end if;
    end if;
    if (c ->> 'cancel')::boolean and not exists (select 1 from execution e where e.proposal_id = p.id and e.round = p.round
        and e.kind = 'forward' and e.state in ('ready', 'leased') for no key update) then
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
    told := told || coalesce(c -> 'outbox', '[]');
    perform pg_notify('countersign', 'proposal:' || p.id);
    outcome := 'applied'; return next;
  end loop;
  -- Once and in one order, so that no two batches wait for each other's rows.
  perform enqueue(told);
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
-- What was asked stays as it was asked, and is answered once. An agent's answer is erased with the rest of its words.
create function question_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and is_erased(old.proposal_id) and new.answer = '' and to_jsonb(new) - 'answer' = to_jsonb(old) - 'answer' then
    return new;
  end if;
  if tg_op = 'DELETE' or old.answer is not null
     or to_jsonb(new) - array['answer', 'answered_at'] <> to_jsonb(old) - array['answer', 'answered_at'] then
    raise exception 'a question and its answer never change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create function tell_question() returns trigger language plpgsql as $$
begin
  if (select callback from proposal where id = new.proposal_id) then
    perform note_callback(new.proposal_id, 'proposal.question_asked');
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger question_moves before update or delete on question for each row execute function question_moves();
--> statement-breakpoint
alter table question enable always trigger question_moves;
--> statement-breakpoint
create trigger question_told after insert on question for each row execute function tell_question();
