-- What is to be brought about: the outbox, the cards and messages in Slack, and whose turn it is.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
-- Takes done rows out, unless they were asked for again meanwhile, and claims what is due, what goes first first, in one commit. What somebody
-- is asking for again at this very moment is returned with claimed = false, to be finished by a later call: this one waits for nobody, so
-- that no two that hold several rows can wait for each other. That somebody's notice is on its way. In the order of the index and row by row: a
-- plan that was made while little was due, and is kept, would sort or join all that is.
create function claim_outbox(p_done jsonb, p_topics text[], p_lease_ms integer, p_limit integer)
returns table (topic text, ref text, generation integer, attempts integer, claimed boolean) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set enable_sort = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
begin
  if p_done <> '[]' then
    return query with item as materialized (
      select b ->> 'topic' as topic, b ->> 'ref' as ref, (b ->> 'generation')::integer as generation from jsonb_array_elements(p_done) b
    ),
    held as materialized (
      select o.topic, o.ref, o.generation = i.generation as done from item i join outbox o on o.topic = i.topic and o.ref = i.ref
      for update of o skip locked
    ),
    gone as (delete from outbox o using held h where h.done and o.topic = h.topic and o.ref = h.ref),
    again as (update outbox o set lease_until = null, attempts = 0 from held h where not h.done and o.topic = h.topic and o.ref = h.ref)
    select o.topic, o.ref, i.generation, o.attempts, false from item i join outbox o on o.topic = i.topic and o.ref = i.ref
    where not exists (select 1 from held h where h.topic = i.topic and h.ref = i.ref);
  end if;
  return query with due as (
    select o.topic, o.ref from outbox o
    where o.topic = any (p_topics) and o.parked_at is null and o.due_at <= clock_timestamp()
      and (o.lease_until is null or o.lease_until < clock_timestamp())
    order by o.rank, o.due_at limit p_limit for update skip locked
  )
  update outbox o set lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond', attempts = o.attempts + 1
  from due where o.topic = due.topic and o.ref = due.ref
  returning o.topic, o.ref, o.generation, o.attempts, true;
end $$;
--> statement-breakpoint
-- Puts it off. What is given up is told to everybody, in one message of all that was so far (and never of itself), and to the pager of the
-- on-call where nobody would look at a proposal otherwise.
create function retry_outbox(p_topic text, p_ref text, p_retry_ms integer, p_error text, p_park boolean) returns void language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update outbox set lease_until = null, last_error = p_error,
    due_at = clock_timestamp() + p_retry_ms * interval '1 millisecond',
    parked_at = case when p_park then clock_timestamp() end
  where topic = p_topic and ref = p_ref;
  if not p_park then return; end if;
  if p_topic <> 'announce' or p_ref <> 'given_up:' then
    perform enqueue('[{"topic": "announce", "ref": "given_up:", "after_ms": 2000}]');
  end if;
  perform enqueue_pagers(jsonb_build_array(jsonb_build_object('topic', p_topic, 'ref', p_ref)));
end $$;
--> statement-breakpoint
-- Has the pagers of the on-calls brought up to what of this is given up: of a page, a look at a system, or an undoing, by one proposal a system.
create function enqueue_pagers(p_rows jsonb) returns void language sql as $$
  select enqueue(coalesce(jsonb_agg(jsonb_build_object('topic', 'on_call', 'ref', x.id)), '[]')) from (
    select p.id from jsonb_array_elements(p_rows) w join proposal p on p.id = case when w ->> 'topic' in ('page', 'assess') then (w ->> 'ref')::uuid end
    union
    select (array_agg(p.id order by p.number))[1] from jsonb_array_elements(p_rows) w
      join rollback_item i on i.rollback = case when w ->> 'topic' = 'undo' then (w ->> 'ref')::uuid end
      join proposal p on p.id = i.proposal_id group by w ->> 'ref', p.system) x
$$;
--> statement-breakpoint
-- Records what belongs to no proposal and changes something, and has everybody told: the row names the event, and who posts it reads that.
create function record_announced(p_stream text, p_event jsonb) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$
  select enqueue(jsonb_build_array(jsonb_build_object('topic', 'announce',
    'ref', p_stream || ':' || record_events(p_stream, jsonb_build_array(p_event)))))
$$;
--> statement-breakpoint
-- What was given up is tried again, on record (the first hundred by name); returns how much that was. In the order in which changes put rows in.
create function retry_parked(p_by jsonb) returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  what jsonb;
begin
  with parked as materialized (
    select o.topic, o.ref from outbox o where o.parked_at is not null order by o.topic, o.ref for update),
  again as (
    update outbox o set parked_at = null, attempts = 0, due_at = clock_timestamp(), generation = o.generation + 1
    from parked p where o.topic = p.topic and o.ref = p.ref returning o.topic, o.ref, o.last_error)
  select jsonb_agg(jsonb_build_object('topic', a.topic, 'ref', a.ref, 'error', a.last_error) order by a.topic, a.ref) into what from again a;
  if what is null then return 0; end if;
  perform record_announced('outbox', jsonb_build_object('type', 'outbox.retried', 'actor', p_by ->> 'principal',
    'data', jsonb_build_object('by', p_by, 'count', jsonb_array_length(what), 'what', jsonb_path_query_array(what, '$[0 to 99]'))));
  perform enqueue_pagers(what);
  perform pg_notify('countersign', 'outbox:' || (select string_agg(distinct w ->> 'topic', ',') from jsonb_array_elements(what) w));
  return jsonb_array_length(what);
end $$;
--> statement-breakpoint
-- Takes from a token bucket that all processes share; its burst is the limit. Returns 0, or the milliseconds until it can be given.
-- Losing the last moments of it in a crash only means a little more patience: it does not wait for the disk.
create function take_tokens(p_name text, p_limit double precision, p_per_ms double precision, p_want integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  b bucket;
  have double precision;
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into bucket (name, tokens) values (p_name, p_limit) on conflict (name) do nothing;
  select * into b from bucket where name = p_name for update;
  have := least(p_limit, b.tokens + greatest(0, extract(epoch from clock_timestamp() - b.at)) * 1000 * p_limit / p_per_ms);
  if have < p_want then
    return ceil((p_want - have) * p_per_ms / p_limit);
  end if;
  update bucket set tokens = have - p_want, at = clock_timestamp() where name = p_name;
  return 0;
end $$;
--> statement-breakpoint
-- Takes turns that all processes share, one each p_every_ms of its name: all of them or none. 0: they are ours; else the milliseconds
-- until they may be. Who waits for one keeps the next from whoever has a later rank, and loses that if it does not come for it. Losing
-- the last moments of it in a crash only means a little more patience: it does not wait for the disk.
create function take_turns(p_names text[], p_every_ms integer[], p_rank integer) returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  t timestamptz := clock_timestamp();
  b record;
  wait_ms integer;
  longest integer := 0;
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into bucket (name, tokens, at) select n, 0, t - e * interval '1 millisecond' from unnest(p_names, p_every_ms) x (n, e)
    order by n on conflict (name) do nothing;
  for b in select k.*, x.e from bucket k join unnest(p_names, p_every_ms) x (n, e) on x.n = k.name order by k.name for update of k loop
    t := clock_timestamp();
    wait_ms := greatest(0, ceil(extract(epoch from b.at - t) * 1000 + b.e));
    if exists (select 1 from generate_subscripts(b.wanted, 1) i where i <= p_rank and (b.wanted)[i] > t) then
      wait_ms := wait_ms + b.e;
    end if;
    if wait_ms > 0 then
      update bucket set wanted[p_rank + 1] = t + (wait_ms + b.e) * interval '1 millisecond' where name = b.name;
    end if;
    longest := greatest(longest, wait_ms);
  end loop;
  if longest = 0 then
    update bucket set at = clock_timestamp(), wanted[p_rank + 1] = null where name = any (p_names);
  end if;
  return longest;
end $$;
--> statement-breakpoint
-- Nobody has a turn before so long: whoever gives them has asked for patience.
create function rest_turn(p_name text, p_ms integer, p_every_ms integer) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$
  insert into bucket as b (name, tokens, at) values (p_name, 0, clock_timestamp() + (p_ms - p_every_ms) * interval '1 millisecond')
  on conflict (name) do update set at = greatest(b.at, excluded.at)
$$;
--> statement-breakpoint
-- These messages may show what is no more so.
create function mark_stale(p_messages jsonb, p_rank integer) returns void language plpgsql as $$
begin
  insert into stale_message as s (channel, ts, rank)
  select distinct m ->> 'channel', m ->> 'ts', p_rank from jsonb_array_elements(p_messages) m
  on conflict (channel, ts) do update set marks = s.marks + 1, rank = least(s.rank, excluded.rank);
end $$;
--> statement-breakpoint
-- Has every copy of these proposals' cards brought to what they are now, in one commit: what is there is looked at again, what is missing
-- waits for the turn of its place, and what waits and is wanted no more is forgotten. Of one proposal the last word counts.
create function bring_up(p_batch jsonb) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
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
-- Takes copies out of what waits; with a reason to try it apart from the others, it goes on waiting alone.
create function drop_waiting(p_copies jsonb, p_apart boolean) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  delete from waiting_card w using jsonb_array_elements(p_copies) c
    where w.proposal_id = (c ->> 'proposal')::uuid and w.target = c ->> 'target';
  if p_apart then
    perform enqueue((select jsonb_agg(jsonb_build_object('topic', 'copy', 'ref', concat_ws(':', c ->> 'proposal', c ->> 'target'))) from jsonb_array_elements(p_copies) c));
  end if;
end $$;
--> statement-breakpoint
-- A message is on view: by itself or as a line of a list it shows these proposals, which wait for it no more.
create function save_card(p_card jsonb) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  about uuid := (p_card ->> 'proposal')::uuid;
  p proposal;
  unseen boolean := not exists (select 1 from card c where c.proposal_id = about and c.round = (p_card ->> 'round')::integer);
begin
  insert into card (channel, ts, proposal_id, target, round, form, shown)
  values (p_card ->> 'channel', p_card ->> 'ts', about, p_card ->> 'target', (p_card ->> 'round')::integer, p_card ->> 'form', p_card ->> 'shown')
  on conflict (channel, ts, proposal_id) do update set round = excluded.round, shown = excluded.shown;
  delete from waiting_card w where w.proposal_id = about and w.target = p_card ->> 'target';
  update proposal set events = events + 1 where id = about returning * into p;
  perform append_events(p.id::text, p.events, jsonb_build_array(jsonb_build_object('type', 'card.posted', 'actor', 'countersign',
    'data', jsonb_build_object('target', p_card ->> 'target', 'channel', p_card ->> 'channel', 'ts', p_card ->> 'ts', 'form', p_card ->> 'form'))),
    p.agent, p.system, p.account, p.number);
  if unseen then perform give_back_unseen(about, (p_card ->> 'round')::integer); end if;
end $$;
--> statement-breakpoint
create function save_cards(p_cards jsonb) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  c jsonb;
begin
  for c in select e from jsonb_array_elements(p_cards) e order by e ->> 'proposal' loop
    perform save_card(c);
  end loop;
end $$;
--> statement-breakpoint
-- A message shows this now. `was` is what it showed when that was begun: if somebody has shown something else since, nobody knows which
-- of the two stands there, and it is shown again.
create function settle_message(p_message jsonb) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  at_channel text := p_message ->> 'channel';
  at_ts text := p_message ->> 'ts';
  c jsonb;
  unseen boolean;
begin
  if exists (select 1 from card k where k.channel = at_channel and k.ts = at_ts and k.shown is distinct from p_message ->> 'was') then
    update card k set shown = null where k.channel = at_channel and k.ts = at_ts;
    perform mark_stale(jsonb_build_array(p_message), 0);
    perform enqueue('[{"topic": "refresh", "ref": "messages"}]');
    return;
  end if;
  for c in select e from jsonb_array_elements(p_message -> 'cards') e order by e ->> 'proposal' loop
    unseen := not exists (select 1 from card k where k.proposal_id = (c ->> 'proposal')::uuid and k.round = (c ->> 'round')::integer);
    update card k set shown = p_message ->> 'shown', round = (c ->> 'round')::integer
      where k.channel = at_channel and k.ts = at_ts and k.proposal_id = (c ->> 'proposal')::uuid;
    if unseen then perform give_back_unseen((c ->> 'proposal')::uuid, (c ->> 'round')::integer); end if;
  end loop;
  delete from stale_message s where s.channel = at_channel and s.ts = at_ts and s.marks = (p_message ->> 'marks')::integer;
end $$;
--> statement-breakpoint
-- Not with the others any more: it is brought up to date by itself, which may be tried again and be parked.
create function set_message_apart(p_channel text, p_ts text) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from stale_message where channel = p_channel and ts = p_ts;
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'message', 'ref', concat_ws(':', p_channel, p_ts))));
end $$;
--> statement-breakpoint
-- The message is gone: what it showed is posted again where it is still wanted.
create function forget_message(p_channel text, p_ts text) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  again jsonb;
begin
  with gone as (delete from card where channel = p_channel and ts = p_ts returning proposal_id)
  select jsonb_agg(jsonb_build_object('topic', 'card', 'ref', proposal_id)) into again from gone;
  delete from stale_message where channel = p_channel and ts = p_ts;
  delete from reply_url where channel = p_channel and ts = p_ts;
  perform enqueue(coalesce(again, '[]'));
end $$;
--> statement-breakpoint
-- The click's answer is on view, or never will be (null): whoever has more to show may go on.
create function release_message(p_channel text, p_ts text, p_shown text) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update reply_url set held_until = null where channel = p_channel and ts = p_ts;
  update card set shown = p_shown where channel = p_channel and ts = p_ts and shown is null;
  perform mark_stale(jsonb_build_array(jsonb_build_object('channel', p_channel, 'ts', p_ts)), 0);
  perform enqueue('[{"topic": "refresh", "ref": "messages"}]');
end $$;
--> statement-breakpoint
-- A message of ours was clicked: for half an hour it may be replaced through this. With p_hold_ms the click's own answer stands there
-- until it is released, or until so long has passed, since who shows it may die.
create function keep_reply(p_channel text, p_ts text, p_url text, p_uses integer, p_hold_ms integer) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from reply_url where until <= clock_timestamp();
  insert into reply_url (channel, ts, url, uses, until, held_until)
  select p_channel, p_ts, p_url, p_uses, clock_timestamp() + interval '29 minutes', clock_timestamp() + p_hold_ms * interval '1 millisecond'
  where exists (select 1 from card where channel = p_channel and ts = p_ts)
  on conflict (channel, ts) do update set url = excluded.url, uses = excluded.uses, until = excluded.until,
    held_until = coalesce(excluded.held_until, reply_url.held_until);
  if not found or p_hold_ms is null then return; end if;
  update card set shown = null where channel = p_channel and ts = p_ts;
  perform mark_stale(jsonb_build_array(jsonb_build_object('channel', p_channel, 'ts', p_ts)), 0);
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'refresh', 'ref', 'messages', 'after_ms', p_hold_ms)));
end $$;
--> statement-breakpoint
create function use_reply(p_channel text, p_ts text) returns text language sql security definer
set search_path = pg_catalog, public, pg_temp as $$
  update reply_url set uses = uses - 1 where channel = p_channel and ts = p_ts and uses > 0 and until > clock_timestamp() returning url
$$;
--> statement-breakpoint
create function drop_reply(p_channel text, p_ts text) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ delete from reply_url where channel = p_channel and ts = p_ts $$;
