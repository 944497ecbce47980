CREATE TABLE "user_group" (
	"handle" text PRIMARY KEY NOT NULL,
	"members" text[] NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "round" ADD COLUMN "because" text;
--> statement-breakpoint
-- As before, and: a new round may be judged by other manifests and says why it is asked again, and what the second human says is
-- 'late' once the time for it is over.
-- Applies transitions by compare and swap; n is the place in the batch. A change is refused as 'stale' (somebody was faster), 'late'
-- (its time is over by this clock), 'fenced' (the lease has passed on), 'over_account', 'over_agent' or 'distrusted' (the agent may
-- not decide it alone).
create or replace function apply_changes(p_batch jsonb) returns table (n integer, outcome text) language plpgsql security definer
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
-- A policy and a way back are those of a round: without a new one they stay as they are.
create function round_keeps_policy() returns trigger language plpgsql as $$
begin
  if new.round = old.round and (new.policy, new.reversible) is distinct from (old.policy, old.reversible) then
    raise exception 'the policy of a round never changes' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger proposal_keeps_policy before update on proposal for each row execute function round_keeps_policy();
--> statement-breakpoint
alter table proposal enable always trigger proposal_keeps_policy;
--> statement-breakpoint
-- What Slack says who is in these groups ({handle: [ids]}); what is new since the last time is an event. Returns how many are.
create function note_groups(p_groups jsonb) returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  handle_ text;
  is_ text[];
  was text[];
  fact jsonb;
  n integer := 0;
begin
  for handle_, is_ in select key, array(select jsonb_array_elements_text(value) order by 1) from jsonb_each(p_groups) order by key loop
    insert into user_group (handle, members) values (handle_, is_) on conflict (handle) do nothing;
    if found then
      fact := jsonb_build_object('type', 'group.seen', 'data', jsonb_build_object('group', handle_, 'members', to_jsonb(is_)));
    else
      select members into was from user_group where handle = handle_ for update;
      continue when was = is_;
      update user_group set members = is_, at = clock_timestamp() where handle = handle_;
      fact := jsonb_build_object('type', 'group.changed', 'data', jsonb_build_object('group', handle_,
        'added', (select coalesce(jsonb_agg(m), '[]') from unnest(is_) m where m <> all (was)),
        'removed', (select coalesce(jsonb_agg(m), '[]') from unnest(was) m where m <> all (is_))));
    end if;
    n := n + 1;
    perform record_events('people', jsonb_build_array(fact || '{"actor": "slack"}'));
  end loop;
  return n;
end $$;
--> statement-breakpoint
create function announce_person(p_event jsonb) returns void language sql as $$
  select enqueue(jsonb_build_array(jsonb_build_object('topic', 'announce', 'ref', 'people:' || record_events('people', jsonb_build_array(p_event)))))
$$;
--> statement-breakpoint
-- As before, and told to everybody: an account that goes by another address than it did, and an address that is pinned to one account
-- and shown by another. Rights stay where they were pinned.
create or replace function identify(p_slack text, p_email text, p_name text) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who text;
  owner text;
  fact jsonb;
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
  fact := jsonb_build_object('actor', 'countersign', 'data', jsonb_build_object('principal', who, 'slack', p_slack, 'email', p_email, 'name', p_name));
  if p_email is not null and owner is null then
    insert into identity (identity, principal) values (p_email, who) on conflict (identity) do nothing;
    if found and exists (select 1 from identity i where i.principal = who and i.identity like 'email:%' and i.identity <> p_email) then
      perform announce_person(fact || '{"type": "person.address_changed"}');
    else
      perform record_events('people', jsonb_build_array(fact || '{"type": "person.pinned"}'));
    end if;
  elsif owner <> who and not exists (select 1 from audit_event a where a.stream = 'people' and a.type = 'person.address_claimed'
      and a.data ->> 'slack' = p_slack and a.data ->> 'email' = p_email) then
    perform announce_person(fact || '{"type": "person.address_claimed"}');
  end if;
  return who;
end $$;
