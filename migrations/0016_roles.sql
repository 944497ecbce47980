-- Who may do what: the application, and the process that only writes.

-- A role that reads. Nobody calls a function that was not granted, or makes anything. Where this login may not make roles, an administrator
-- makes the role once.
create function prepare_role(p_role text) returns void language plpgsql as $$
begin
  if not exists (select 1 from pg_roles where rolname = p_role) then
    begin
      execute format('create role %I nologin', p_role);
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
  execute format('grant usage on schema public to %I', p_role);
  execute format('grant select on all tables in schema public to %I', p_role);
  revoke create on schema public from public;
  revoke all on all functions in schema public from public;
end $$;
--> statement-breakpoint
-- The application reads, and changes state through the functions only. Run again at the end of every migration, so that what a
-- later one adds is granted too.
create function grant_application_role(p_role text) returns void language plpgsql as $$
declare
  f text;
begin
  perform prepare_role(p_role);
  for f in
    select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
    union all select 'switched_off(jsonb, text, text, text)'
  loop
    execute format('grant execute on function %s to %I', f, p_role);
  end loop;
end $$;
--> statement-breakpoint
-- Run again at the end of every migration of a writer.
create function grant_writer_role(p_role text) returns void language plpgsql as $$
declare
  f text;
begin
  perform prepare_role(p_role);
  for f in
    select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname in (
      'apply_writer_changes', 'claim_executions', 'begin_executions', 'release_execution', 'ask_system', 'note_system_up',
      'note_system_down', 'take_looks', 'answer_look', 'save_manifests', 'keep_signing_key', 'switched_off')
  loop
    execute format('grant execute on function %s to %I', f, p_role);
  end loop;
end $$;
