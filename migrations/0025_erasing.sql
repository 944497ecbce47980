-- Erasing: the one way in which what was proposed, shown and kept for an undo may ever change, and only of a proposal that is settled.
-- What was erased leaves its digest, its commitments and an event behind.

create or replace function proposal_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a proposal is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'INSERT' then
    if new.erased_at is not null or ((new.state, new.version, new.round) is distinct from ('received', 1, 0)
       and ((new.state, new.version, new.round) is distinct from ('pending', 2, 1) or new.decide = 'agent' or new.judged_at is null)) then
      raise exception 'a proposal begins as received, or as pending where it is judged at once' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  if new.erased_at is distinct from old.erased_at then
    if old.erased_at is not null or new.version <> old.version + 1 or new.events <> old.events + 1
       or old.state not in ('executed', 'blocked', 'rejected', 'expired', 'withdrawn', 'superseded', 'failed', 'rolled_back')
       or (new.input, new.before, new.body, new.reason, new.evidence, new.metadata) is distinct from
          ('{}'::jsonb, null::jsonb, ''::bytea, '', '[]'::jsonb, '{}'::jsonb)
       or to_jsonb(new) - array['erased_at', 'version', 'events', 'input', 'before', 'body', 'reason', 'evidence', 'metadata'] <>
          to_jsonb(old) - array['erased_at', 'version', 'events', 'input', 'before', 'body', 'reason', 'evidence', 'metadata'] then
      raise exception 'a proposal is erased once, whole, and only when it is settled' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  if (new.id, new.number, new.agent, new.idempotency_key, new.body, new.action, new.system, new.workflow, new.account, new.summary,
      new.input, new.reason, new.evidence, new.metadata, new.on_behalf_of, new.claimed_impact, new.amount, new.currency,
      new.requesters, new.callback, new.supersedes, new.created_at)
     is distinct from
     (old.id, old.number, old.agent, old.idempotency_key, old.body, old.action, old.system, old.workflow, old.account, old.summary,
      old.input, old.reason, old.evidence, old.metadata, old.on_behalf_of, old.claimed_impact, old.amount, old.currency,
      old.requesters, old.callback, old.supersedes, old.created_at) then
    raise exception 'what was proposed never changes' using errcode = 'integrity_constraint_violation';
  end if;
  -- A message about it was posted: an event, and nothing else changed.
  if new.version = old.version and to_jsonb(new) - 'events' = to_jsonb(old) - 'events' and new.events > old.events then
    return new;
  end if;
  if new.version <> old.version + 1 then
    raise exception 'a proposal changes one version at a time' using errcode = 'integrity_constraint_violation';
  end if;
  if new.round not in (old.round, old.round + 1) or new.events < old.events then
    raise exception 'rounds and events only grow' using errcode = 'integrity_constraint_violation';
  end if;
  if new.state <> old.state and not proposal_may_follow(old.state, new.state) then
    raise exception 'a proposal does not go from % to %', old.state, new.state using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
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
create constraint trigger proposal_erasure_is_audited after update on proposal deferrable initially deferred
  for each row when (old.erased_at is distinct from new.erased_at) execute function erasure_is_audited();
--> statement-breakpoint
alter table proposal enable always trigger proposal_erasure_is_audited;
--> statement-breakpoint
-- The digest is made here, and can only be given as it would be made; an envelope stands as it was shown, or is erased whole.
create function round_digest() returns trigger language plpgsql as $$
begin
  if new.digest <> sha256(new.envelope) then
    raise exception 'a digest is that of its envelope' using errcode = 'integrity_constraint_violation';
  end if;
  new.digest := sha256(new.envelope);
  return new;
end $$;
--> statement-breakpoint
create trigger round_digest before insert on round for each row execute function round_digest();
--> statement-breakpoint
alter table round enable always trigger round_digest;
--> statement-breakpoint
create function round_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.envelope <> '' or not is_erased(old.proposal_id)
     or to_jsonb(new) - 'envelope' <> to_jsonb(old) - 'envelope' then
    raise exception 'round is append-only: % refused', tg_op using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger round_moves before update or delete on round for each row execute function round_moves();
--> statement-breakpoint
alter table round enable always trigger round_moves;
--> statement-breakpoint
drop trigger round_append_only on round;
--> statement-breakpoint
create or replace function images_are_kept() returns trigger language plpgsql as $$
begin
  if old.state = 'executed' and (new.result, new.before, new.after) is distinct from (old.result, old.before, old.after)
     and not ((new.result, new.before, new.after) is not distinct from (null::jsonb, null::jsonb, null::jsonb) and is_erased(old.proposal_id)) then
    raise exception 'what an execution left never changes' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create or replace function rollback_item_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'what a plan holds is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if coalesce(new.request, '{}') = '{}' and new.diff is null and is_erased(old.proposal_id)
     and to_jsonb(new) - array['request', 'diff'] = to_jsonb(old) - array['request', 'diff'] then
    return new;
  end if;
  if to_jsonb(new) - array['state', 'why', 'diff', 'finished_at'] is distinct from
     to_jsonb(old) - array['state', 'why', 'diff', 'finished_at'] or old.state not in ('planned', 'unknown', 'skipped') then
    raise exception 'what a plan holds never changes, and what came of it stays' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- As before, and an agent's answer is erased with the rest of its words.
create or replace function question_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and is_erased(old.proposal_id) and new.answer = '' and to_jsonb(new) - 'answer' = to_jsonb(old) - 'answer' then
    return new;
  end if;
  if tg_op = 'DELETE' or old.answer is not null
     or to_jsonb(new) - array['answer', 'answered_at'] <> to_jsonb(old) - array['answer', 'answered_at'] then
    raise exception 'a question and its answer never change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
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
create trigger audit_value_moves before update or delete on audit_value for each row execute function audit_value_moves();
--> statement-breakpoint
alter table audit_value enable always trigger audit_value_moves;
--> statement-breakpoint
create trigger audit_value_kept before truncate on audit_value for each statement execute function refuse_change();
--> statement-breakpoint
alter table audit_value enable always trigger audit_value_kept;
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
