CREATE INDEX "vote_at" ON "vote" USING btree ("at");
--> statement-breakpoint
drop function identify(text, text, text);
--> statement-breakpoint
-- As before, and: p_also are all identities of one human, as the manifests say. Whoever of them is known first is the principal of all;
-- an account that was somebody by itself before becomes that one, and that is an event.
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
