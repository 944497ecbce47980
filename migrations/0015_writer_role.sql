-- A look at a system that one process asks another one for: the one at the doors has no credential. It is gone once it is collected.
-- Nothing is lost that could not be asked again, so it is kept out of the write-ahead log.
create unlogged table look (
  id uuid primary key,
  policy text not null,
  system text not null,
  kind text not null check (kind in ('read', 'pin')),
  scope text not null,
  request jsonb not null,
  asked_at timestamptz not null default clock_timestamp(),
  taken_at timestamptz,
  answer jsonb
);
--> statement-breakpoint
create function ask_look(p_look jsonb) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into look (id, policy, system, kind, scope, request)
  values ((p_look ->> 'id')::uuid, p_look ->> 'policy', p_look ->> 'system', p_look ->> 'kind', p_look ->> 'scope', p_look -> 'request');
  perform pg_notify('countersign', 'look');
end $$;
--> statement-breakpoint
-- Each look to one process. What nobody has collected in two minutes nobody waits for any more.
create function take_looks(p_limit integer) returns setof look language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from look where asked_at < clock_timestamp() - interval '2 minutes';
  return query with due as (
    select l.id from look l where l.taken_at is null order by l.asked_at limit p_limit for update skip locked)
  update look l set taken_at = clock_timestamp() from due where l.id = due.id returning l.*;
end $$;
--> statement-breakpoint
create function answer_look(p_id uuid, p_answer jsonb) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ update look set answer = p_answer where id = p_id $$;
--> statement-breakpoint
-- Its answer, once; null: there is none yet. Given up: it is gone too.
create function collect_look(p_id uuid, p_give_up boolean) returns jsonb language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  found jsonb;
begin
  delete from look where id = p_id and (answer is not null or p_give_up) returning answer into found;
  return found;
end $$;
--> statement-breakpoint
-- What the process that holds the credentials may change: how a write went, and what follows from that by rule. It decides nothing in a
-- person's name, asks and answers nobody, and takes nothing back.
create function apply_writer_changes(p_batch jsonb) returns table (n integer, outcome text) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select 1 from jsonb_array_elements(p_batch) c where c -> 'outcome' is null or c ? 'question' or c ? 'answer' or c ? 'cancel'
      or c ? 'distrust' or coalesce(c -> 'decision' ->> 'principal_kind', 'policy') <> 'policy') then
    raise exception 'the writer decides nothing' using errcode = 'insufficient_privilege';
  end if;
  return query select a.n, a.outcome from apply_changes(p_batch) a;
end $$;
--> statement-breakpoint
-- Run again at the end of every migration of a writer. Where this login may not make roles, an administrator makes the role once.
create function grant_writer_role(p_role text) returns void language plpgsql as $$
declare
  f text;
begin
  if not exists (select 1 from pg_roles where rolname = p_role) then
    begin
      execute format('create role %I nologin', p_role);
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
  revoke create on schema public from public;
  revoke all on all functions in schema public from public;
  execute format('grant usage on schema public to %I', p_role);
  execute format('grant select on all tables in schema public to %I', p_role);
  for f in
    select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname in (
      'apply_writer_changes', 'claim_executions', 'begin_execution', 'release_execution', 'ask_system', 'note_system_up',
      'note_system_down', 'take_looks', 'answer_look', 'save_manifests', 'keep_signing_key', 'switched_off')
  loop
    execute format('grant execute on function %s to %I', f, p_role);
  end loop;
end $$;
