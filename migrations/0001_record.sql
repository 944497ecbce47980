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
-- Each story of a subject is read backwards from the end of its own index, without a sort. In this order what comes in goes to the end of its
-- subject's entries, so that pages are left full. Nobody asks what the program did, and what agents did is asked by the agent.
create index audit_event_account on audit_event (account, at, seq);
--> statement-breakpoint
create index audit_event_agent on audit_event (agent, at, seq);
--> statement-breakpoint
create index audit_event_system on audit_event (system, at, seq);
--> statement-breakpoint
create index audit_event_actor on audit_event (actor, at, seq) where actor <> 'countersign' and actor not like 'agent:%';
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
--> statement-breakpoint
create table audit_log (
  id smallint primary key default 1 check (id = 1),
  origin text not null,
  epoch smallint not null default 0,
  cluster text not null
);
--> statement-breakpoint
insert into audit_log (origin, cluster)
select 'countersign-audit/' || gen_random_uuid(), system_identifier::text from pg_control_system();
--> statement-breakpoint
-- `size` is the tree's after it; `frontier` its perfect subtrees, the largest first; `seen_xid` the first transaction id that was
-- not given out yet at `at`: a row of that transaction or a later one can't be older than this seal.
create table seal (
  id bigint primary key,
  at timestamptz not null default clock_timestamp(),
  from_xid bigint not null,
  upto_xid bigint not null,
  seen_xid bigint not null,
  size bigint not null,
  leaves bytea not null,
  frontier bytea not null,
  root bytea not null,
  check (upto_xid > from_xid and octet_length(leaves) > 0 and octet_length(leaves) % 32 = 0 and octet_length(root) = 32)
);
--> statement-breakpoint
create unique index seal_upto on seal (upto_xid);
--> statement-breakpoint
-- Hashes do not compress.
alter table seal alter column leaves set storage external;
--> statement-breakpoint
create table verifying_key (
  id text primary key,
  public bytea not null,
  in_database boolean not null,
  first_used_at timestamptz not null default clock_timestamp()
);
--> statement-breakpoint
create table checkpoint (
  size bigint not null,
  key text not null references verifying_key (id),
  at timestamptz not null default clock_timestamp(),
  note text not null,
  primary key (size, key)
);
--> statement-breakpoint
-- Only where the environment names no key: whoever owns the database can then sign what he likes, and the checklist is red.
create table signing_key (
  id smallint primary key default 1 check (id = 1),
  seed text not null,
  made_at timestamptz not null default clock_timestamp()
);
--> statement-breakpoint
-- Months that were taken out on purpose. Their leaves stay in the seals, so the proof of everything else holds.
create table retirement (
  partition text primary key,
  at timestamptz not null default clock_timestamp(),
  until timestamptz not null,
  positions int8multirange not null,
  archive text not null
);
--> statement-breakpoint
-- What is written often leaves dead rows and index entries behind: cleared at a fiftieth of the table rather than a fifth, so that a
-- sweep that finds nothing stays as cheap with a million open as with ten thousand. A page of proposals has room for what only counts an event
-- (a card was posted), which then writes no index.
alter table outbox set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
--> statement-breakpoint
alter table proposal set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05, fillfactor = 85);
--> statement-breakpoint
alter table execution set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
--> statement-breakpoint
alter table step set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
