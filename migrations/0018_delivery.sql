CREATE UNLOGGED TABLE "reply_url" (
	"channel" text NOT NULL,
	"ts" text NOT NULL,
	"url" text NOT NULL,
	"uses" smallint NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"held_until" timestamp with time zone,
	CONSTRAINT "reply_url_channel_ts_pk" PRIMARY KEY("channel","ts")
);
--> statement-breakpoint
CREATE TABLE "stale_message" (
	"channel" text NOT NULL,
	"ts" text NOT NULL,
	"rank" smallint NOT NULL,
	"marks" integer DEFAULT 1 NOT NULL,
	"asked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "stale_message_channel_ts_pk" PRIMARY KEY("channel","ts")
);
--> statement-breakpoint
CREATE TABLE "waiting_card" (
	"place" text NOT NULL,
	"target" text NOT NULL,
	"proposal_id" uuid NOT NULL,
	"rank" smallint NOT NULL,
	"asked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "waiting_card_proposal_id_target_pk" PRIMARY KEY("proposal_id","target")
);
--> statement-breakpoint
ALTER TABLE "card" DROP CONSTRAINT "card_channel_ts_pk";--> statement-breakpoint
ALTER TABLE "card" ADD CONSTRAINT "card_channel_ts_proposal_id_pk" PRIMARY KEY("channel","ts","proposal_id");--> statement-breakpoint
ALTER TABLE "bucket" ADD COLUMN "wanted" timestamp with time zone[];--> statement-breakpoint
ALTER TABLE "card" ADD COLUMN "form" text DEFAULT 'card' NOT NULL;--> statement-breakpoint
ALTER TABLE "card" ADD COLUMN "shown" text;--> statement-breakpoint
ALTER TABLE "waiting_card" ADD CONSTRAINT "waiting_card_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "stale_message_order" ON "stale_message" USING btree ("rank","asked_at");--> statement-breakpoint
CREATE INDEX "waiting_card_place" ON "waiting_card" USING btree ("place","rank","asked_at");--> statement-breakpoint
CREATE UNIQUE INDEX "card_alone" ON "card" USING btree ("channel","ts") WHERE form = 'card';--> statement-breakpoint
ALTER TABLE "card" ADD CONSTRAINT "card_form" CHECK ("card"."form" in ('card', 'line'));--> statement-breakpoint
ALTER TABLE "card" DROP COLUMN "shown_version";
--> statement-breakpoint
-- What goes first when much is due: what was switched, then what people are called for, then new cards, then what they show.
create or replace function rank_of(p_topic text, p_ref text) returns smallint language plpgsql stable as $$
begin
  return case
    when p_topic = 'announce' and p_ref like 'switch:%' then 0
    when p_topic in ('announce', 'page', 'step', 'call', 'digest', 'on_call') then 1
    when p_topic in ('refresh', 'message') then 3
    when p_topic = 'card' and exists (select 1 from card c where c.proposal_id = p_ref::uuid) then 3
    else 2 end;
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
create function mark_stale(p_messages jsonb, p_rank integer) returns void language sql as $$
  insert into stale_message as s (channel, ts, rank)
  select distinct m ->> 'channel', m ->> 'ts', p_rank from jsonb_array_elements(p_messages) m
  on conflict (channel, ts) do update set marks = s.marks + 1, rank = least(s.rank, excluded.rank)
$$;
--> statement-breakpoint
-- Has every copy of a proposal's card brought to what it is now: what is there is looked at again, what is missing waits for the turn of
-- its place, and what waits and is wanted no more is forgotten.
create function bring_up(p_proposal uuid, p_missing jsonb, p_rank integer) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  there jsonb;
begin
  delete from waiting_card w where w.proposal_id = p_proposal
    and not exists (select 1 from jsonb_array_elements(p_missing) m where m ->> 'target' = w.target);
  insert into waiting_card (place, target, proposal_id, rank)
    select m ->> 'place', m ->> 'target', p_proposal, (m ->> 'rank')::smallint from jsonb_array_elements(p_missing) m
    where not exists (select 1 from card c where c.proposal_id = p_proposal and c.target = m ->> 'target')
    on conflict do nothing;
  select jsonb_agg(jsonb_build_object('channel', c.channel, 'ts', c.ts)) into there from card c where c.proposal_id = p_proposal;
  if there is not null then
    perform mark_stale(there, p_rank);
    perform enqueue('[{"topic": "refresh", "ref": "messages"}]');
  end if;
  perform enqueue(coalesce((select jsonb_agg(jsonb_build_object('topic', 'place', 'ref', m ->> 'place')) from jsonb_array_elements(p_missing) m), '[]'));
end $$;
--> statement-breakpoint
-- Takes copies out of what waits; with a reason to try it apart from the others, it goes on waiting alone.
create function drop_waiting(p_copies jsonb, p_apart boolean) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from waiting_card w using jsonb_array_elements(p_copies) c
    where w.proposal_id = (c ->> 'proposal')::uuid and w.target = c ->> 'target';
  if p_apart then
    perform enqueue((select jsonb_agg(jsonb_build_object('topic', 'copy', 'ref', concat_ws(':', c ->> 'proposal', c ->> 'target'))) from jsonb_array_elements(p_copies) c));
  end if;
end $$;
--> statement-breakpoint
-- A message is on view: by itself or as a line of a list it shows these proposals, which wait for it no more.
create or replace function save_card(p_card jsonb) returns void language plpgsql security definer
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
drop function forget_card(text, text);
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
create function use_reply(p_channel text, p_ts text) returns text language sql security definer
set search_path = pg_catalog, public, pg_temp as $$
  update reply_url set uses = uses - 1 where channel = p_channel and ts = p_ts and uses > 0 and until > clock_timestamp() returning url
$$;
--> statement-breakpoint
create function drop_reply(p_channel text, p_ts text) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ delete from reply_url where channel = p_channel and ts = p_ts $$;
--> statement-breakpoint
-- It waits, its card was tried or stands in line, and nobody can have seen it yet: nothing is held against them for a day.
create or replace function is_undelivered(p_id uuid, p_round integer, p_state text, p_ends timestamptz) returns boolean language sql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
  select p_state = 'pending' and coalesce(p_ends > now() - interval '24 hours', true)
    and (exists (select 1 from outbox o where o.topic = 'card' and o.ref = p_id::text and o.last_error is not null)
      or exists (select 1 from waiting_card w where w.proposal_id = p_id))
    and not exists (select 1 from card c where c.proposal_id = p_id and c.round = p_round)
$$;
