-- As before, but a pass reads the pages of its window alone: the planner read each partition from its beginning to find whether there was
-- anything to seal (3,500 pages of 60,000 events, each second, and more with every event), and read the window twice.
create or replace function seal_audit(p_xids integer) returns table (id bigint, added integer, size bigint, more boolean) language plpgsql security definer
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
