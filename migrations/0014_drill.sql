-- The way back, tried out.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
create function drill_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a drill is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if to_jsonb(new) - array['state', 'edits', 'crashed', 'finished_at', 'passed', 'record', 'channel', 'ts'] is distinct from
     to_jsonb(old) - array['state', 'edits', 'crashed', 'finished_at', 'passed', 'record', 'channel', 'ts'] then
    raise exception 'what a drill is about never changes' using errcode = 'integrity_constraint_violation';
  end if;
  if old.state = 'done' and to_jsonb(new) - array['channel', 'ts'] is distinct from to_jsonb(old) - array['channel', 'ts'] then
    raise exception 'the record of a drill never changes' using errcode = 'integrity_constraint_violation';
  end if;
  if new.state <> old.state and (old.state, new.state) not in
     (('writing', 'undoing'), ('writing', 'done'), ('undoing', 'done')) then
    raise exception 'a drill does not go from % to %', old.state, new.state using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create function record_drill(d drill, p_type text, p_actor text, p_data jsonb) returns void language plpgsql as $$
begin
  perform record_events('drill', jsonb_build_array(jsonb_build_object('type', p_type, 'actor', p_actor, 'agent', 'drill',
    'system', d.system, 'data', jsonb_build_object('drill', d.number, 'system', d.system) || p_data)));
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'drill', 'ref', d.id),
    jsonb_build_object('topic', 'exercise', 'ref', d.id)));
end $$;
--> statement-breakpoint
-- Begins a drill; null: one of that system is under way.
create function start_drill(p jsonb) returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  d drill;
begin
  insert into drill (id, system, principal, by_id, by_name, writes, rollback, from_number)
  values ((p ->> 'id')::uuid, p ->> 'system', p -> 'by' ->> 'principal', p -> 'by' ->> 'id', p -> 'by' ->> 'name',
    (p ->> 'writes')::integer, (p ->> 'rollback')::uuid, coalesce((select max(number) from proposal), 0))
  on conflict (system) where state <> 'done' do nothing returning * into d;
  if d.id is null then return null; end if;
  perform record_drill(d, 'drill.started', d.principal, jsonb_build_object('by', p -> 'by', 'writes', d.writes));
  return d.number;
end $$;
--> statement-breakpoint
-- What somebody else's hand did in the sandbox, once for each proposal.
create function note_drill_edit(p_id uuid, p_edit jsonb) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  d drill;
begin
  update drill set edits = edits || jsonb_build_array(p_edit) where id = p_id and state = 'writing'
    and not exists (select 1 from jsonb_array_elements(edits) e where e ->> 'proposal' = p_edit ->> 'proposal') returning * into d;
  if d.id is null then return; end if;
  perform record_events('drill', jsonb_build_array(jsonb_build_object('type', 'drill.edited', 'actor', 'countersign', 'agent', 'drill',
    'system', d.system, 'data', jsonb_build_object('drill', d.number, 'proposal', p_edit ->> 'proposal', 'foreseen', p_edit -> 'foreseen'))));
end $$;
--> statement-breakpoint
-- The drill's own word for its plan: the undoing begins in the same commit, and some of it in the hands of a holder that will die. Those
-- are taken from the middle of the plan, before anybody else can see them. No rows: it is not at that point any more.
create function confirm_drill(p_id uuid, p_digest text, p_worker text, p_lease_ms integer, p_deaths integer)
returns table (id uuid, proposal_id uuid, fence integer, was text, kind text) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set lock_timeout = '200ms' as $$
declare
  d drill;
  who jsonb := '{"principal": "policy:drill", "id": "drill", "name": "the drill"}';
  answer text;
  taken uuid[];
begin
  select * into d from drill x where x.id = p_id for update;
  if d.state is distinct from 'writing' then return; end if;
  perform ensure_principal('policy:drill', 'policy', 'the drill');
  answer := confirm_rollback(d.rollback, p_digest, who, 0);
  if answer <> 'confirmed' then
    raise exception 'the plan of drill % is %', d.number, answer using errcode = 'integrity_constraint_violation';
  end if;
  perform advance_rollback(d.rollback);
  select array_agg(h.id) into taken from (
    select e.id from (
      select distinct on (c.account) c.id from execution c
      where c.rollback = d.rollback and c.kind = 'compensate' and c.state = 'ready' order by c.account, c.id) e
    order by abs(percent_rank() over (order by e.id) - 0.5), e.id limit p_deaths) h;
  update drill x set state = 'undoing', crashed = coalesce(taken, '{}') where x.id = d.id returning * into d;
  perform record_drill(d, 'drill.undoing', 'countersign', jsonb_build_object('crashed', to_jsonb(d.crashed)));
  return query update execution x set fence = x.fence + 1, leased_by = p_worker, state = 'leased',
      lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
    where x.id = any (d.crashed) returning x.id, x.proposal_id, x.fence, 'ready'::text, x.kind;
end $$;
--> statement-breakpoint
-- Ends a drill with its signed record, and switches its sandbox on again. False: it is ended already.
create function finish_drill(p_id uuid, p_passed boolean, p_record text, p_facts jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  d drill;
begin
  update drill set state = 'done', passed = p_passed, record = p_record, finished_at = clock_timestamp()
    where id = p_id and state <> 'done' returning * into d;
  if d.id is null then return false; end if;
  perform switch_on(d.system || '~sandbox', '{"principal": "policy:drill", "id": "drill", "name": "the drill"}', null);
  perform record_drill(d, 'drill.finished', 'countersign', p_facts || jsonb_build_object('record', p_record));
  return true;
end $$;
--> statement-breakpoint
create function save_drill_message(p_id uuid, p_channel text, p_ts text) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ update drill set channel = p_channel, ts = p_ts where id = p_id $$;
--> statement-breakpoint
create trigger drill_moves before update or delete on drill for each row execute function drill_moves();
--> statement-breakpoint
alter table drill enable always trigger drill_moves;
