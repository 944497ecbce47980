-- Who somebody is, who is away, and who decides for them.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
create function announce_person(p_event jsonb) returns void language sql as $$
  select enqueue(jsonb_build_array(jsonb_build_object('topic', 'announce', 'ref', 'people:' || record_events('people', jsonb_build_array(p_event)))))
$$;
--> statement-breakpoint
-- Who this Slack account is. An e-mail is pinned to the account that it is first seen on in a workspace: another account that
-- shows the same address later is another person, and that is recorded. Everybody is told of an account that goes by another address than
-- it did, and of an address that is pinned to one account and shown by another. Rights stay where they were pinned.
-- p_also are all identities of one human, as the manifests say. Whoever of them is known first is the principal of all; an account that
-- was somebody by itself before becomes that one, and that is an event.
create function identify(p_slack text, p_email text, p_name text, p_also text[] default '{}') returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who text;
  owner text;
  human text;
  fact jsonb;
begin
  if cardinality(p_also) > 0 then
    perform pg_advisory_xact_lock(hashtextextended('human:' || p_also[1], 0));
    select i.principal into human from identity i where i.identity = any (p_also) order by array_position(p_also, i.identity) limit 1;
  end if;
  select principal into who from identity where identity = p_slack;
  select principal into owner from identity where identity = p_email;
  if who is null then
    who := coalesce(human, (select owner where owner is not null and not exists (
      select 1 from identity i where i.principal = owner and split_part(i.identity, '/', 1) = split_part(p_slack, '/', 1))),
      'person:' || gen_random_uuid());
    perform ensure_principal(who, 'person', p_name);
    insert into identity (identity, principal) values (p_slack, who) on conflict (identity) do nothing;
    select principal into who from identity where identity = p_slack;
  end if;
  fact := jsonb_build_object('actor', 'countersign', 'data', jsonb_build_object('principal', who, 'slack', p_slack, 'email', p_email, 'name', p_name));
  if human is not null and human <> who then
    update identity set principal = human where principal = who;
    perform record_events('people', jsonb_build_array(jsonb_set(fact, '{data,principal}', to_jsonb(human)) || '{"type": "person.joined"}'));
    if owner = who then owner := human; end if;
    who := human;
  end if;
  if p_email is not null and owner is null then
    insert into identity (identity, principal) values (p_email, who) on conflict (identity) do nothing;
    if found and not p_email = any (p_also) and exists (
        select 1 from identity i where i.principal = who and i.identity like 'email:%' and i.identity <> p_email) then
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
-- Whoever waits for a decision is looked at again: it may be somebody else's now.
create function enqueue_waiting() returns void language sql as $$
  select enqueue(coalesce(jsonb_agg(jsonb_build_object('topic', 'card', 'ref', id)), '[]')) from proposal
  where state in ('pending', 'in_review') or review_state = 'awaiting'
$$;
--> statement-breakpoint
-- Somebody is away until then, with or without somebody who decides for them: 'set', 'past', or 'cycle' where that would lead back.
create function set_absence(p_away jsonb) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  me text := p_away ->> 'principal';
  onward text := p_away -> 'delegate' ->> 'principal';
  seen text[] := '{}';
begin
  perform pg_advisory_xact_lock(hashtextextended('absence', 0));
  if (p_away ->> 'until')::timestamptz <= clock_timestamp() then return 'past'; end if;
  while onward is not null and onward <> all (seen) loop
    if onward = me then return 'cycle'; end if;
    seen := seen || onward;
    select a.delegate into onward from absence a where a.principal = seen[array_upper(seen, 1)] and a.until > clock_timestamp();
    if not found then onward := null; end if;
  end loop;
  insert into absence (principal, by_id, by_name, delegate, delegate_id, delegate_name, until)
  values (me, p_away ->> 'id', p_away ->> 'name', p_away -> 'delegate' ->> 'principal', p_away -> 'delegate' ->> 'id',
    p_away -> 'delegate' ->> 'name', (p_away ->> 'until')::timestamptz)
  on conflict (principal) do update set by_id = excluded.by_id, by_name = excluded.by_name, delegate = excluded.delegate,
    delegate_id = excluded.delegate_id, delegate_name = excluded.delegate_name, until = excluded.until, since = clock_timestamp();
  perform record_events('people', jsonb_build_array(jsonb_build_object('type', 'absence.began', 'actor', me,
    'data', p_away - 'principal')));
  perform enqueue_waiting();
  return 'set';
end $$;
--> statement-breakpoint
create function end_absence(p_by jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  was absence;
begin
  delete from absence where principal = p_by ->> 'principal' returning * into was;
  if not found or was.until <= clock_timestamp() then return false; end if;
  perform record_events('people', jsonb_build_array(jsonb_build_object('type', 'absence.ended', 'actor', p_by ->> 'principal',
    'data', jsonb_build_object('by', p_by - 'principal'))));
  perform enqueue_waiting();
  return true;
end $$;
--> statement-breakpoint
-- Gives a proposal to a colleague; false: it was given already, or nobody has to decide on it any more.
create function hand_over(p_id uuid, p_to jsonb, p_by jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  p proposal;
begin
  insert into handover (proposal_id, to_id, to_name, by_id, by_name)
  values (p_id, p_to ->> 'id', p_to ->> 'name', p_by ->> 'id', p_by ->> 'name') on conflict do nothing;
  if not found then return false; end if;
  update proposal set events = events + 1 where id = p_id returning * into p;
  perform append_events(p.id::text, p.events, jsonb_build_array(jsonb_build_object('type', 'proposal.handed_over',
    'actor', p_by ->> 'principal', 'data', jsonb_build_object('to', p_to - 'principal', 'by', p_by - 'principal'))),
    p.agent, p.system, p.account, p.number);
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'card', 'ref', p.id)));
  return true;
end $$;
