-- The proof of the audit, made off the write path: once a second the rows whose transactions are all over become leaves of one
-- RFC 6962 tree. A window of transaction ids can't miss a row that commits late, as one of ids or times would.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
create function grow_tree(p_frontier bytea, p_size bigint, p_leaves bytea) returns bytea language plpgsql immutable as $$
declare
  fresh bytea := p_leaves;
  older bytea := p_frontier;
  odd bytea := '';
  bits bigint := p_size;
  n integer;
begin
  -- One turn a level: `fresh` are its new nodes. A left one without a partner joins the frontier.
  while octet_length(fresh) > 0 loop
    if bits & 1 = 1 then
      fresh := substr(older, octet_length(older) - 31) || fresh;
      older := substr(older, 1, octet_length(older) - 32);
    end if;
    bits := bits >> 1;
    n := octet_length(fresh) / 32;
    if n % 2 = 1 then odd := substr(fresh, octet_length(fresh) - 31) || odd; end if;
    select coalesce(string_agg(sha256('\x01'::bytea || substr(fresh, i * 64 + 1, 64)), ''::bytea order by i), ''::bytea) into fresh
      from generate_series(0, n / 2 - 1) i;
  end loop;
  return older || odd;
end $$;
--> statement-breakpoint
create function root_of(p_frontier bytea) returns bytea language plpgsql immutable as $$
declare
  root bytea := substr(p_frontier, octet_length(p_frontier) - 31);
begin
  for i in reverse octet_length(p_frontier) / 32 - 2 .. 0 loop
    root := sha256('\x01'::bytea || substr(p_frontier, i * 32 + 1, 32) || root);
  end loop;
  return root;
end $$;
--> statement-breakpoint
-- Seals one window of at most p_xids transaction ids (`more`: there is another); no row: another process is at it, or nothing is to be sealed.
-- docs/audit-evidence.md says what the bytes of a row are and how they are ordered. A pass reads the pages of its window alone, and once: the planner
-- would read each partition from its beginning to find whether there is anything to seal.
create function seal_audit(p_xids integer) returns table (id bigint, added integer, size bigint, more boolean) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
  log audit_log;
  last record;
  snapshot pg_snapshot;
  base bigint;
  horizon bigint;
  lower bigint;
  upto bigint;
  fresh bytea;
begin
  if not pg_try_advisory_xact_lock(4471002) then return; end if;
  select * into log from audit_log;
  if log.cluster <> (select c.system_identifier::text from pg_control_system() c) then
    raise exception 'the audit was restored from another Postgres: run countersign migrate, which begins its next epoch'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  if current_setting('client_encoding') <> 'UTF8' then
    raise exception 'the audit is sealed as UTF-8 only' using errcode = 'object_not_in_prerequisite_state';
  end if;
  base := log.epoch::bigint << 44;
  snapshot := pg_current_snapshot();
  horizon := base + pg_snapshot_xmin(snapshot)::text::bigint;
  select s.id, s.upto_xid, s.size, s.frontier into last from seal s order by s.id desc limit 1;
  lower := coalesce(last.upto_xid, -9223372036854775808);
  upto := least(horizon, greatest(lower, 0) + p_xids);
  for round in 1..2 loop
    select string_agg(sha256('\x00'::bytea || record_send(row(a.stream, a.seq, a.at, a.xid, a.type, a.actor, a.agent, a.system,
        a.account, a.number, a.data::text))), ''::bytea order by a.xid, a.stream collate "C", a.seq, a.at) into fresh
      from audit_event a where a.xid >= lower and a.xid < upto;
    exit when fresh is not null or round = 2;
    select least(horizon, min(a.xid) + p_xids) into upto from audit_event a where a.xid >= upto and a.xid < horizon having count(*) > 0;
    if upto is null then return; end if;
  end loop;
  return query
    insert into seal as s (id, from_xid, upto_xid, seen_xid, size, leaves, frontier, root)
    select coalesce(last.id, 0) + 1, lower, upto, base + pg_snapshot_xmax(snapshot)::text::bigint,
      coalesce(last.size, 0) + octet_length(fresh) / 32, fresh, f, root_of(f)
    from grow_tree(coalesce(last.frontier, ''), coalesce(last.size, 0), fresh) f
    returning s.id, octet_length(s.leaves) / 32, s.size, upto < horizon;
end $$;
--> statement-breakpoint
-- Keeps a signed head. False: it is known already. A key that signs for the first time is an event.
create function record_checkpoint(p_size bigint, p_note text, p_key text, p_public bytea, p_in_database boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into verifying_key (id, public, in_database) values (p_key, p_public, p_in_database) on conflict (id) do nothing;
  if found then
    perform record_events('audit', jsonb_build_array(jsonb_build_object('type', 'signing_key.first_used', 'actor', 'countersign',
      'data', jsonb_build_object('key', p_key, 'public', encode(p_public, 'base64'), 'in_database', p_in_database))));
  end if;
  insert into checkpoint (size, key, note) values (p_size, p_key, p_note) on conflict do nothing;
  return found;
end $$;
--> statement-breakpoint
-- The database's own key: the first candidate stays.
create function keep_signing_key(p_seed text) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into signing_key (seed) values (p_seed) on conflict (id) do nothing;
  return (select seed from signing_key where id = 1);
end $$;
--> statement-breakpoint
-- Takes a month out for good, as the owner, after it was archived. Refused unless exactly its rows are sealed at these positions.
create function retire_partition(p_partition text, p_until timestamptz, p_positions int8multirange, p_archive text) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp set lock_timeout = '5s' as $$
declare
  live bigint;
  given bigint := (select coalesce(sum(upper(r) - lower(r)), 0) from unnest(p_positions) r);
begin
  execute format('lock table public.%I in access exclusive mode', p_partition);
  execute format('select count(*) from public.%I', p_partition) into live;
  if live <> given then
    raise exception '% holds % rows and not the % that were archived', p_partition, live, given using errcode = 'serialization_failure';
  end if;
  insert into retirement (partition, until, positions, archive) values (p_partition, p_until, p_positions, p_archive);
  perform record_events('audit', jsonb_build_array(jsonb_build_object('type', 'audit.month_retired', 'actor', session_user,
    'data', jsonb_build_object('partition', p_partition, 'rows', live, 'positions', p_positions::text, 'archive', p_archive))));
  execute format('alter table public.audit_event detach partition public.%I', p_partition);
  execute format('drop table public.%I', p_partition);
end $$;
--> statement-breakpoint
-- A logical restore into another server restarts the transaction ids. The next epoch's lie above all that were sealed before.
create function follow_cluster() returns void language plpgsql as $$
declare
  here text := (select system_identifier::text from pg_control_system());
  next bigint;
begin
  update audit_log set epoch = epoch + 1, cluster = here where cluster <> here returning epoch into next;
  if next is not null then
    execute format('alter table audit_event alter column xid set default (%s + pg_current_xact_id()::text::bigint)', next << 44);
  end if;
end $$;
