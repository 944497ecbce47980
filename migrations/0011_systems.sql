-- The systems: how fast they are asked, whether they answer, and what they say by themselves.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
create function announce_system(p_event jsonb) returns void language sql as $$
  select enqueue(jsonb_build_array(jsonb_build_object('topic', 'announce',
    'ref', 'systems:' || record_events('systems', jsonb_build_array(p_event)))))
$$;
--> statement-breakpoint
-- Whether a system may be called now, by any process: 0, or the milliseconds to wait. A pause comes before the tokens of its rate.
create function ask_system(p_system text, p_limit double precision, p_per_ms double precision, p_want integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  pause integer;
begin
  select ceil(extract(epoch from paused_until - clock_timestamp()) * 1000) into pause from system_state
    where system = p_system and paused_until > clock_timestamp();
  if pause is not null then return pause; end if;
  return case when p_limit is null then 0
    else take_tokens('system:' || p_system, p_limit, p_per_ms, least(p_want, p_limit::integer)) end;
end $$;
--> statement-breakpoint
-- It answered. A breaker that was open closes; what it asked to wait for still holds.
create function note_system_up(p_system text) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  s system_state;
begin
  select * into s from system_state where system = p_system and (failures > 0 or open);
  if not found then return; end if;
  select * into s from system_state where system = p_system for update;
  update system_state set failures = 0, open = false, paused_until = case when open then null else paused_until end, why = null
    where system = p_system;
  if s.open then
    perform announce_system(jsonb_build_object('type', 'system.breaker_closed', 'actor', 'countersign', 'system', p_system,
      'data', jsonb_build_object('failures', s.failures)));
    perform pg_notify('countersign', 'execution');
  end if;
end $$;
--> statement-breakpoint
-- It asked for patience (p_failed false), or failed. The fifth failure in a row opens the breaker: nobody calls it for a while, which
-- doubles with each further failure, to five minutes at most.
create function note_system_down(p_system text, p_failed boolean, p_pause_ms integer, p_why text) returns void language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  s system_state;
  wait integer := coalesce(p_pause_ms, 0);
begin
  insert into system_state as t (system, failures) values (p_system, p_failed::integer)
    on conflict (system) do update set failures = t.failures + p_failed::integer returning * into s;
  if p_failed and s.failures >= 5 then
    wait := greatest(wait, least(300000, 5000 * 2 ^ least(s.failures - 5, 6))::integer);
  end if;
  if wait = 0 then return; end if;
  update system_state set open = s.open or (p_failed and s.failures >= 5), why = p_why,
    paused_until = greatest(paused_until, clock_timestamp() + wait * interval '1 millisecond') where system = p_system;
  if not s.open and p_failed and s.failures >= 5 then
    perform announce_system(jsonb_build_object('type', 'system.breaker_opened', 'actor', 'countersign', 'system', p_system,
      'data', jsonb_build_object('why', p_why, 'failures', s.failures)));
  end if;
end $$;
--> statement-breakpoint
-- What a system tells agents. The same id again is the same event, and another one under it is a mistake: false.
create function keep_inbox(p_system text, p_id text, p_event jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into inbox (system, id, event) values (p_system, p_id, p_event) on conflict on constraint inbox_id do nothing;
  if not found then return (select i.event = p_event from inbox i where i.system = p_system and i.id = p_id); end if;
  perform record_events('inbox', jsonb_build_array(jsonb_build_object('type', 'inbox.received', 'actor', 'system:' || p_system,
    'system', p_system, 'data', jsonb_build_object('id', p_id, 'event_type', p_event ->> 'type'))));
  return true;
end $$;
