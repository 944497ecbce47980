-- The way back: a plan, a second operator's word for it, and one write back at a time.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
create function rollback_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a rollback is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if to_jsonb(new) - array['state', 'finished_at', 'channel', 'ts'] is distinct from
     to_jsonb(old) - array['state', 'finished_at', 'channel', 'ts'] then
    raise exception 'a plan never changes' using errcode = 'integrity_constraint_violation';
  end if;
  if new.state <> old.state and (old.state, new.state) not in
     (('planned', 'confirmed'), ('confirmed', 'running'), ('running', 'stopped'), ('running', 'done')) then
    raise exception 'a rollback does not go from % to %', old.state, new.state using errcode = 'integrity_constraint_violation';
  end if;
  if new.state <> 'planned' and not exists (select 1 from rollback_confirmation c where c.rollback = new.id) then
    raise exception 'a rollback needs a second operator' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create function rollback_item_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'what a plan holds is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if coalesce(new.request, '{}') = '{}' and new.diff is null and is_erased(old.proposal_id)
     and to_jsonb(new) - array['request', 'diff'] = to_jsonb(old) - array['request', 'diff'] then
    return new;
  end if;
  if to_jsonb(new) - array['state', 'why', 'diff', 'finished_at'] is distinct from
     to_jsonb(old) - array['state', 'why', 'diff', 'finished_at'] or old.state not in ('planned', 'unknown', 'skipped') then
    raise exception 'what a plan holds never changes, and what came of it stays' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- How the world was before and after a write is kept as the executor saw it: an undo is made of it.
create function images_are_kept() returns trigger language plpgsql as $$
begin
  if old.state = 'executed' and (new.result, new.before, new.after) is distinct from (old.result, old.before, old.after)
     and not ((new.result, new.before, new.after) is not distinct from (null::jsonb, null::jsonb, null::jsonb) and is_erased(old.proposal_id)) then
    raise exception 'what an execution left never changes' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- Only people confirm what is undone for real. A drill confirms its own, and nothing but what was written to that sandbox.
create function confirmed_by_people() returns trigger language plpgsql as $$
begin
  if exists (select 1 from principal p where p.id = new.principal and p.kind <> 'person') and (
    not exists (select 1 from rollback r join drill d on d.rollback = r.id
      where r.id = new.rollback and r.kind = 'system' and r.subject = d.system || '~sandbox')
    or exists (select 1 from rollback_item i join execution e on e.id = i.execution join rollback r on r.id = i.rollback
      where i.rollback = new.rollback and e.system <> r.subject)) then
    raise exception 'only a person confirms a rollback' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- People ask for what is undone for real. What asks besides is the review that nobody gave in time, of what it was to look at; a drill
-- asks in the name of who ordered it.
create function asked_by_people() returns trigger language plpgsql as $$
begin
  if (select kind from principal where id = new.asked_principal) = 'person' then return new; end if;
  if new.kind <> 'proposal' or not exists (select 1 from proposal p where p.number = new.subject::bigint and p.review_state = 'lapsed') then
    raise exception 'only a person asks for a rollback' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- Keeps a plan, in its order. Nothing is done before a second operator confirms exactly this digest.
create function plan_rollback(p jsonb) returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r rollback;
begin
  if p -> 'by' ->> 'principal' = 'policy:review' then perform ensure_principal('policy:review', 'policy', p -> 'by' ->> 'name'); end if;
  insert into rollback (id, kind, subject, since, switch, digest, asked_principal, asked_id, asked_name)
  values ((p ->> 'id')::uuid, p ->> 'kind', p ->> 'subject', (p ->> 'since')::timestamptz, p ->> 'switch', p ->> 'digest',
    p -> 'by' ->> 'principal', p -> 'by' ->> 'id', p -> 'by' ->> 'name') returning * into r;
  insert into rollback_item (rollback, execution, proposal_id, compensation, class, why, request, diff, state)
  select r.id, (i ->> 'execution')::uuid, (i ->> 'proposal')::uuid, (i ->> 'compensation')::uuid, i ->> 'class', i ->> 'why',
    nullif(i -> 'request', 'null'), nullif(i -> 'diff', 'null'), case i ->> 'class' when 'undo' then 'planned' else 'left' end
  from jsonb_array_elements(p -> 'items') i;
  perform record_rollback(r, 'rollback.planned', r.asked_principal, jsonb_build_object('by', p -> 'by', 'digest', r.digest,
    'since', r.since, 'items', (select jsonb_object_agg(class, n) from (
      select class, count(*) as n from rollback_item where rollback = r.id group by class) x)));
  return r.number;
end $$;
--> statement-breakpoint
create function record_rollback(r rollback, p_type text, p_actor text, p_data jsonb) returns void language plpgsql as $$
begin
  perform record_events('rollback', jsonb_build_array(jsonb_build_object('type', p_type, 'actor', p_actor,
    'agent', case when r.kind = 'agent' then r.subject end, 'system', case when r.kind = 'system' then r.subject end,
    'account', case when r.kind = 'account' then r.subject end, 'number', case when r.kind = 'proposal' then r.subject end,
    'data', jsonb_build_object('rollback', r.number, 'kind', r.kind, 'subject', r.subject) || p_data)));
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'rollback', 'ref', r.id)));
end $$;
--> statement-breakpoint
-- A second operator's word: what the plan is about is switched off in the same commit, and the undoing begins p_after_ms later.
-- 'confirmed', or 'over' (not only planned any more), 'changed' (another plan), 'same_person'.
create function confirm_rollback(p_id uuid, p_digest text, p_by jsonb, p_after_ms integer) returns text language plpgsql
security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '200ms' as $$
declare
  r rollback;
begin
  select * into r from rollback where id = p_id for update;
  if r.state is distinct from 'planned' then return 'over'; end if;
  if r.digest <> p_digest then return 'changed'; end if;
  if r.asked_principal = p_by ->> 'principal' then return 'same_person'; end if;
  if r.switch is not null then perform switch_off(r.switch, p_by, 'rollback ' || r.number); end if;
  insert into rollback_confirmation (rollback, digest, asked_principal, principal, by_id, by_name)
  values (r.id, r.digest, r.asked_principal, p_by ->> 'principal', p_by ->> 'id', p_by ->> 'name');
  update rollback set state = 'confirmed' where id = r.id;
  perform record_rollback(r, 'rollback.confirmed', p_by ->> 'principal', jsonb_build_object('by', p_by, 'digest', r.digest));
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'undo', 'ref', r.id, 'after_ms', p_after_ms)));
  return 'confirmed';
end $$;
--> statement-breakpoint
-- Whether more of it went wrong than the plan foresaw: a tenth.
create function rollback_overrun(p_id uuid) returns boolean language sql stable as $$
  select coalesce(10 * count(*) filter (where state in ('conflict', 'failed')) > count(*), false)
  from rollback_item where rollback = p_id and class = 'undo'
$$;
--> statement-breakpoint
create function rollback_runs(p_id uuid) returns boolean language sql stable as $$
  select exists (select 1 from rollback where id = p_id and state = 'running') and not rollback_overrun(p_id)
$$;
--> statement-breakpoint
-- Brings a confirmed rollback as far as it goes now, however often it is asked: queues its writes, stops it, ends it. Its state then.
create function advance_rollback(p_id uuid) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r rollback;
  so_far jsonb;
begin
  select * into r from rollback where id = p_id for update;
  if r.state = 'confirmed' then
    insert into execution (id, proposal_id, round, digest, kind, compensates, rollback, agent, system, workflow, account)
    select i.compensation, e.proposal_id, e.round, e.digest, 'compensate', e.id, r.id, e.agent, e.system, e.workflow, e.account
    from rollback_item i join execution e on e.id = i.execution join proposal p on p.id = e.proposal_id
    where i.rollback = r.id and i.state = 'planned' and e.kind = 'forward' and e.state = 'executed' and p.state = 'executed'
    order by i.compensation on conflict do nothing;
    update rollback_item i set state = 'skipped', why = 'another rollback has it', finished_at = clock_timestamp()
      where i.rollback = r.id and i.state = 'planned' and not exists (select 1 from execution e where e.id = i.compensation);
    update rollback set state = 'running' where id = r.id returning * into r;
    perform record_rollback(r, 'rollback.started', 'countersign', '{}');
    perform pg_notify('countersign', 'execution');
  end if;
  if r.state <> 'running' then return r.state; end if;
  if rollback_overrun(r.id) and exists (select 1 from rollback_item where rollback = r.id and state = 'planned') then
    update execution e set state = 'canceled', finished_at = clock_timestamp()
      where e.rollback = r.id and e.state in ('ready', 'leased');
    update rollback_item i set state = 'skipped', why = 'the rollback was stopped before', finished_at = clock_timestamp()
      from execution e where e.id = i.compensation and i.rollback = r.id and i.state = 'planned' and e.state = 'canceled';
    if exists (select 1 from rollback_item where rollback = r.id and state = 'planned') then return r.state; end if;
    update rollback set state = 'stopped', finished_at = clock_timestamp() where id = r.id returning * into r;
  elsif not exists (select 1 from rollback_item where rollback = r.id and state = 'planned') then
    update rollback set state = 'done', finished_at = clock_timestamp() where id = r.id returning * into r;
  else
    return r.state;
  end if;
  select jsonb_object_agg(state, n) into so_far from (
    select state, count(*) as n from rollback_item where rollback = r.id group by state) x;
  perform record_rollback(r, 'rollback.' || case r.state when 'done' then 'finished' else 'stopped' end, 'countersign',
    jsonb_build_object('items', so_far));
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'announce', 'ref', 'rollback:' || r.id)));
  return r.state;
end $$;
--> statement-breakpoint
-- What became of one item, in the commit that ends its execution. Of what may have happened the on-call's pager hears, and that it is
-- settled, as it does of what was in doubt; so does who has read the report of a rollback that was over by then.
create function settle_undo(p_execution uuid, u jsonb) returns void language plpgsql as $$
declare
  i rollback_item;
  was text := (select state from rollback_item where compensation = p_execution);
begin
  update rollback_item set state = u ->> 'state', why = coalesce(u ->> 'why', why), diff = coalesce(nullif(u -> 'diff', 'null'), diff),
    finished_at = clock_timestamp() where compensation = p_execution returning * into i;
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'undo', 'ref', i.rollback),
    jsonb_build_object('topic', 'rollback', 'ref', i.rollback, 'after_ms', 1000)));
  if 'unknown' in (was, i.state)
    or exists (select 1 from proposal p where p.id = i.proposal_id and p.review_state in ('objected', 'lapsed')) then
    perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'on_call', 'ref', i.proposal_id)));
  end if;
  if was = 'unknown' and exists (select 1 from rollback r where r.id = i.rollback and r.state in ('done', 'stopped')) then
    perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'announce', 'ref', 'rollback:' || i.rollback, 'after_ms', 1000)));
  end if;
end $$;
--> statement-breakpoint
create function save_rollback_message(p_id uuid, p_channel text, p_ts text) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ update rollback set channel = p_channel, ts = p_ts where id = p_id $$;
--> statement-breakpoint
create trigger rollback_moves before update or delete on rollback for each row execute function rollback_moves();
--> statement-breakpoint
alter table rollback enable always trigger rollback_moves;
--> statement-breakpoint
create trigger rollback_asked_by_people before insert on rollback for each row execute function asked_by_people();
--> statement-breakpoint
alter table rollback enable always trigger rollback_asked_by_people;
--> statement-breakpoint
create trigger rollback_item_moves before update or delete on rollback_item for each row execute function rollback_item_moves();
--> statement-breakpoint
alter table rollback_item enable always trigger rollback_item_moves;
--> statement-breakpoint
create trigger execution_images_are_kept before update on execution for each row execute function images_are_kept();
--> statement-breakpoint
alter table execution enable always trigger execution_images_are_kept;
--> statement-breakpoint
create trigger rollback_confirmed_by_people before insert on rollback_confirmation for each row execute function confirmed_by_people();
--> statement-breakpoint
alter table rollback_confirmation enable always trigger rollback_confirmed_by_people;
