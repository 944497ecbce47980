-- The functions from here on are the only ways to change state. Each is called as one statement, takes a batch, and commits all that belongs
-- together. Rules live in the program; here is only what must be judged under a lock or by the database's clock.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
-- The personal values of an event go to a table of their own. In this language its plan is kept from call to call on every version of Postgres.
create function append_events(p_stream text, p_first integer, p_events jsonb, p_agent text, p_system text, p_account text, p_number bigint)
returns void language plpgsql as $$
begin
  insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
  select p_stream, p_first + (n - 1)::integer, e ->> 'type', e ->> 'actor', coalesce(e -> 'data', '{}'),
         p_agent, p_system, p_account, p_number
  from jsonb_array_elements(p_events) with ordinality as x (e, n);
  if jsonb_path_exists(p_events, '$[*].kept') then
    insert into audit_value (stream, seq, path, salt, value)
    select p_stream, p_first + (n - 1)::integer, k ->> 'path', decode(k ->> 'salt', 'base64'), k ->> 'value'
    from jsonb_array_elements(p_events) with ordinality as x (e, n) cross join jsonb_array_elements(x.e -> 'kept') k;
  end if;
end $$;
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
-- Asks for the outside to be brought up to the present state. Asking again while it is being done makes it be done again. What goes first
-- when much is due: what was switched, then what people are called for, then new cards, then what they show. A place whose turn comes within
-- moments is not asked before that.
create function enqueue(p_rows jsonb) returns void language plpgsql as $$
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
    set generation = o.generation + 1, rank = excluded.rank, attempts = 0, parked_at = null,
      due_at = case when o.topic = 'place' and o.parked_at is null and o.due_at < excluded.due_at + interval '3 seconds' then o.due_at
        else least(o.due_at, excluded.due_at) end;
  if jsonb_array_length(p_rows) > 0 then
    perform pg_notify('countersign', 'outbox:' || (select string_agg(distinct e ->> 'topic', ',') from jsonb_array_elements(p_rows) e));
  end if;
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
create function note_callback(p_proposal uuid, p_type text) returns void language sql as $$
  insert into callback_event (proposal_id, type) values (p_proposal, p_type);
  select enqueue(jsonb_build_array(jsonb_build_object('topic', 'callback', 'ref', p_proposal)));
$$;
--> statement-breakpoint
-- Whatever moves a proposal, its agent is told: here, so that no function which does so can forget it. Who is judged at once is told of both.
create function tell_agent() returns trigger language plpgsql as $$
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
-- Its receiver was told, or nobody is to be told any more.
create function drop_callback(p_seq bigint) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ delete from callback_event where seq = p_seq $$;
--> statement-breakpoint
create trigger proposal_told after insert or update on proposal for each row when (new.callback) execute function tell_agent();
