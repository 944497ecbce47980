-- Append-only facts, partitioned by month from the first day so that retention never deletes rows one by one.
-- `xid` lets a sealer take windows of transaction ids, which can not miss a row that commits late.
create table audit_event (
  stream text not null,
  seq integer not null check (seq > 0),
  at timestamptz not null default clock_timestamp(),
  xid bigint not null default (pg_current_xact_id()::text::bigint),
  type text not null check (type ~ '^[a-z_]+\.[a-z_]+$'),
  actor text not null,
  agent text,
  system text,
  account text,
  number bigint,
  data jsonb not null default '{}',
  primary key (stream, seq, at)
) partition by range (at);
--> statement-breakpoint
create index audit_event_account on audit_event (account, at desc, seq desc);
--> statement-breakpoint
create index audit_event_agent on audit_event (agent, at desc);
--> statement-breakpoint
create index audit_event_system on audit_event (system, at desc);
--> statement-breakpoint
create index audit_event_actor on audit_event (actor, at desc);
--> statement-breakpoint
create index audit_event_number on audit_event (number, at);
--> statement-breakpoint
create index audit_event_xid on audit_event using brin (xid) with (autosummarize = on);
--> statement-breakpoint
create table audit_event_rest partition of audit_event default;
--> statement-breakpoint
-- Makes the partitions of this month and the next two; called by each migration and daily by the server.
create function ensure_audit_partitions() returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  first date;
  name text;
begin
  for ahead in 0..2 loop
    first := (date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => ahead))::date;
    name := 'audit_event_' || to_char(first, 'YYYY_MM');
    if to_regclass('public.' || name) is null then
      execute format('create table public.%I partition of public.audit_event for values from (%L) to (%L)',
        name, first::text || ' 00:00:00+00', (first + interval '1 month')::date::text || ' 00:00:00+00');
      execute format('alter table public.%I enable always trigger audit_event_append_only', name);
      execute format('create trigger audit_event_kept before truncate on public.%I for each statement execute function public.refuse_change()', name);
      execute format('alter table public.%I enable always trigger audit_event_kept', name);
    end if;
  end loop;
end $$;
