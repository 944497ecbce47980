-- Off at one person's word; on again with a second operator's.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
-- Switches a scope off. Waits for every write that is beginning; returns those that are under way. Who switched is on record by the same
-- name as who decides: the principal.
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
  perform announce_switch(jsonb_build_object('type', 'switch.disabled', 'actor', p_by ->> 'principal',
    'agent', p_scope, 'system', p_scope,
    'data', jsonb_build_object('scope', p_scope, 'by', p_by, 'reason', p_reason, 'under_way', begun)));
  perform enqueue_paused(p_scope);
  return query select u.number, u.system, u.account, u.until from writes_under_way(p_scope) u order by u.number;
end $$;
--> statement-breakpoint
-- A rollback's own switch is about what undoes.
create function writes_under_way(p_scope text)
returns table (number bigint, system text, account text, until timestamptz) language sql as $$
  select p.number, e.system, e.account, e.lease_until from execution e join proposal p on p.id = e.proposal_id
  where e.state = 'started' and (p_scope = 'all' or p_scope in (e.agent, e.system, e.workflow)
    or p_scope = 'rollback' and e.kind = 'compensate')
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
-- Why it takes a second operator to switch a scope on again; null: it does not. What waits of other scopes does not count.
create function why_second(p_scope text, p_since timestamptz) returns text language sql as $$
  select case when clock_timestamp() - p_since > interval '1 hour' then 'it was off for more than an hour'
    when count(*) = 1 then '1 approved write is waiting'
    when count(*) > 1 then count(*) || ' approved writes are waiting' end
  from execution e where e.state in ('ready', 'leased') and (p_scope = 'all' or p_scope in (e.agent, e.system, e.workflow)
    or p_scope = 'rollback' and e.kind = 'compensate')
$$;
--> statement-breakpoint
create function ask_enable(p_scope text, p_by jsonb, p_because text) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update switchboard set asked = asked || jsonb_build_object(p_scope, p_by || jsonb_build_object('at', clock_timestamp()))
    where id = 1 and off ? p_scope;
  if not found then return false; end if;
  perform announce_switch(jsonb_build_object('type', 'switch.enable_asked', 'actor', p_by ->> 'principal',
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
  perform announce_switch(jsonb_build_object('type', 'switch.enabled', 'actor', p_by ->> 'principal',
    'agent', p_scope, 'system', p_scope, 'data', jsonb_build_object('scope', p_scope, 'by', p_by, 'asked_by', p_confirms)));
  perform enqueue_paused(p_scope);
  perform pg_notify('countersign', 'execution');
  return true;
end $$;
--> statement-breakpoint
-- One operator's word: switches on, confirms what another has asked for, or asks for a second. What it takes is judged under the
-- switchboard's lock, so that no write that is approved meanwhile slips through. `outcome`: on, asked, not_off.
create function enable_switch(p_scope text, p_by jsonb) returns table (outcome text, because text) language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  board switchboard;
  why text;
  first jsonb;
begin
  select * into board from switchboard where id = 1 for update;
  if not board.off ? p_scope then return query select 'not_off', null::text; return; end if;
  why := why_second(p_scope, (board.off -> p_scope ->> 'at')::timestamptz);
  first := board.asked -> p_scope;
  if why is not null and (first is null or first ->> 'principal' = p_by ->> 'principal') then
    perform ask_enable(p_scope, p_by, why);
    return query select 'asked', why; return;
  end if;
  perform switch_on(p_scope, p_by, case when why is not null then first - 'at' end);
  return query select 'on', null::text;
end $$;
