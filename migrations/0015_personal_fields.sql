-- Erasing: what was erased leaves its digest, its commitments and an event behind.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
create function is_erased(p_proposal uuid) returns boolean language sql stable as $$
  select exists (select 1 from proposal p where p.id = p_proposal and p.erased_at is not null)
$$;
--> statement-breakpoint
create function erasure_is_audited() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from audit_event a
    where a.stream = new.id::text and a.seq = new.events and a.type = 'proposal.erased' and a.at >= now() - interval '1 hour'
      and a.xid & ((1::bigint << 44) - 1) = pg_current_xact_id()::text::bigint
  ) then
    raise exception 'proposal % was erased without an audit event', new.id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create function audit_value_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and is_erased(old.stream::uuid) then
    return old;
  end if;
  raise exception 'audit_value is append-only: % refused', tg_op using errcode = 'integrity_constraint_violation';
end $$;
--> statement-breakpoint
-- Erases what is personal in all that was proposed for an account, as the owner. `open`: something of it is still under way; `undoable`:
-- it could still be rolled back, and `p_give_up` was not said. Nothing is erased then.
create function erase_account(p_account text, p_because text, p_give_up boolean) returns jsonb language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
  ids uuid[];
  eraser jsonb := jsonb_build_object('id', session_user, 'name', session_user);
  standing bigint[];
  gone integer;
begin
  select coalesce(array_agg(p.id), '{}') into ids from (
    select id from proposal where account = p_account and erased_at is null order by id for update) p;
  select array_agg(p.number order by p.number) into standing from proposal p where p.id = any (ids) and (
    p.state not in ('executed', 'blocked', 'rejected', 'expired', 'withdrawn', 'superseded', 'failed', 'rolled_back')
    or p.review_state = 'awaiting'
    or exists (select 1 from execution e where e.proposal_id = p.id and e.state in ('ready', 'leased', 'started', 'unknown')));
  if standing is not null then
    return jsonb_build_object('outcome', 'open', 'numbers', to_jsonb(standing));
  end if;
  select array_agg(p.number order by p.number) into standing from proposal p where p.id = any (ids) and p.state = 'executed' and p.reversible;
  if standing is not null and not p_give_up then
    return jsonb_build_object('outcome', 'undoable', 'numbers', to_jsonb(standing));
  end if;
  update proposal p set erased_at = clock_timestamp(), version = p.version + 1, events = p.events + 1, input = '{}', before = null,
    body = '', reason = '', evidence = '[]', metadata = '{}' where p.id = any (ids);
  perform append_events(p.id::text, p.events, jsonb_build_array(jsonb_build_object('type', 'proposal.erased', 'actor', session_user,
    'data', jsonb_build_object('by', eraser, 'because', p_because))), p.agent, p.system, p.account, p.number)
  from proposal p where p.id = any (ids);
  update round set envelope = '' where proposal_id = any (ids);
  update question set answer = '' where proposal_id = any (ids) and answer is not null;
  update execution set result = null, before = null, after = null where proposal_id = any (ids)
    and (result is not null or before is not null or after is not null);
  update rollback_item set state = 'skipped', why = 'what it would be undone with was erased',
    finished_at = clock_timestamp() where proposal_id = any (ids) and state = 'planned';
  update rollback_item set request = case when request is not null then '{}'::jsonb end, diff = null
    where proposal_id = any (ids) and (request is not null or diff is not null);
  delete from audit_value where stream = any (ids::text[]);
  get diagnostics gone = row_count;
  perform record_events('access', jsonb_build_array(jsonb_build_object('type', 'audit.erased', 'actor', session_user, 'account', p_account,
    'data', jsonb_build_object('by', eraser, 'because', p_because, 'count', gone, 'proposals', cardinality(ids)))));
  return jsonb_build_object('outcome', 'erased', 'proposals', cardinality(ids), 'values', gone);
end $$;
--> statement-breakpoint
create constraint trigger proposal_erasure_is_audited after update on proposal deferrable initially deferred
  for each row when (old.erased_at is distinct from new.erased_at) execute function erasure_is_audited();
--> statement-breakpoint
alter table proposal enable always trigger proposal_erasure_is_audited;
--> statement-breakpoint
create trigger audit_value_moves before update or delete on audit_value for each row execute function audit_value_moves();
--> statement-breakpoint
alter table audit_value enable always trigger audit_value_moves;
