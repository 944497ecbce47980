-- What the database refuses, whoever asks: rows of the record that change, proposals and writes that go where they may not, and transitions without
-- their event. The program may not write but through the functions of the files after this one.

set local check_function_bodies = off; -- They call each other.
--> statement-breakpoint
-- What must never be is refused here, whoever asks. Every guard is ENABLE ALWAYS: it holds in replica mode too.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'integrity_constraint_violation';
end $$;
--> statement-breakpoint
-- The states and what may follow which: the same table as TRANSITIONS in src/domain/proposal.ts (a test compares them).
create function proposal_may_follow(before text, after text) returns boolean language sql immutable as $$
  select after = any (case before
    when 'received' then array['pending', 'approved', 'blocked', 'expired', 'withdrawn']
    when 'pending' then array['pending', 'in_review', 'approved', 'blocked', 'rejected', 'expired', 'withdrawn', 'superseded']
    when 'in_review' then array['pending', 'approved', 'rejected', 'expired', 'superseded']
    when 'approved' then array['pending', 'executing', 'awaiting_manual', 'blocked', 'rejected', 'failed']
    when 'executing' then array['approved', 'executed', 'failed', 'unknown']
    when 'awaiting_manual' then array['executed', 'failed', 'unknown']
    when 'executed' then array['rolled_back']
    when 'unknown' then array['executed', 'failed']
    else array[]::text[] end)
$$;
--> statement-breakpoint
-- A proposal begins as received, or is judged in the commit that receives it and then begins as pending, in its first round. Erasing is the
-- one way in which what was proposed, shown and kept for an undo may ever change, and only of a proposal that is settled.
create function proposal_moves() returns trigger language plpgsql as $$
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
-- A policy and a way back are those of a round: without a new one they stay as they are.
create function round_keeps_policy() returns trigger language plpgsql as $$
begin
  if new.round = old.round and (new.policy, new.reversible) is distinct from (old.policy, old.reversible) then
    raise exception 'the policy of a round never changes' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
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
-- Who has asked is said of each round and each vote, for four eyes to be checked beside it: those of the proposal, who never change.
create function requesters_are_its_own() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from proposal p where p.id = new.proposal_id and p.requesters = new.requesters) then
    raise exception 'who has asked is said by the proposal' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
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
-- An execution's identity and the approval it hangs on never change; it is never deleted.
create function execution_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'an execution is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if (new.id, new.proposal_id, new.round, new.digest, new.kind, new.compensates, new.agent, new.system, new.workflow, new.account)
     is distinct from
     (old.id, old.proposal_id, old.round, old.digest, old.kind, old.compensates, old.agent, old.system, old.workflow, old.account)
     or new.fence < old.fence then
    raise exception 'what an execution writes never changes' using errcode = 'integrity_constraint_violation';
  end if;
  if old.state in ('executed', 'failed', 'canceled') and new.state <> old.state then
    raise exception 'a finished execution stays finished' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- A transition without its audit event does not commit: the last that it counts, or one after that, was written by this transaction. The
-- times only say in which partitions to look.
create function transition_is_audited() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from audit_event a
    where a.stream = new.id::text and a.seq >= new.events and a.at >= now() - interval '1 hour' and a.at < now() + interval '1 day'
      and a.xid & ((1::bigint << 44) - 1) = pg_current_xact_id()::text::bigint
  ) then
    raise exception 'proposal % changed without an audit event', new.id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger proposal_moves before insert or update or delete on proposal for each row execute function proposal_moves();
--> statement-breakpoint
alter table proposal enable always trigger proposal_moves;
--> statement-breakpoint
create trigger proposal_keeps_policy before update on proposal for each row execute function round_keeps_policy();
--> statement-breakpoint
alter table proposal enable always trigger proposal_keeps_policy;
--> statement-breakpoint
create trigger round_digest before insert on round for each row execute function round_digest();
--> statement-breakpoint
alter table round enable always trigger round_digest;
--> statement-breakpoint
create trigger round_requesters before insert on round for each row execute function requesters_are_its_own();
--> statement-breakpoint
alter table round enable always trigger round_requesters;
--> statement-breakpoint
create trigger round_moves before update or delete on round for each row execute function round_moves();
--> statement-breakpoint
alter table round enable always trigger round_moves;
--> statement-breakpoint
create trigger execution_moves before update or delete on execution for each row execute function execution_moves();
--> statement-breakpoint
alter table execution enable always trigger execution_moves;
--> statement-breakpoint
create constraint trigger proposal_is_audited after insert or update on proposal
  deferrable initially deferred for each row execute function transition_is_audited();
--> statement-breakpoint
alter table proposal enable always trigger proposal_is_audited;
--> statement-breakpoint
create trigger audit_event_append_only before update or delete on audit_event
  for each row execute function refuse_change();
--> statement-breakpoint
alter table audit_event enable always trigger audit_event_append_only;
--> statement-breakpoint
create trigger audit_event_kept before truncate on audit_event for each statement execute function refuse_change();
--> statement-breakpoint
alter table audit_event enable always trigger audit_event_kept;
--> statement-breakpoint
create trigger audit_event_kept before truncate on audit_event_rest for each statement execute function refuse_change();
--> statement-breakpoint
alter table audit_event_rest enable always trigger audit_event_kept;
--> statement-breakpoint
create trigger decision_append_only before update or delete on decision for each row execute function refuse_change();
--> statement-breakpoint
alter table decision enable always trigger decision_append_only;
--> statement-breakpoint
create trigger manifest_version_append_only before update or delete on manifest_version
  for each row execute function refuse_change();
--> statement-breakpoint
alter table manifest_version enable always trigger manifest_version_append_only;
--> statement-breakpoint
create trigger round_kept before truncate on round for each statement execute function refuse_change();
--> statement-breakpoint
alter table round enable always trigger round_kept;
--> statement-breakpoint
create trigger decision_kept before truncate on decision for each statement execute function refuse_change();
--> statement-breakpoint
alter table decision enable always trigger decision_kept;
--> statement-breakpoint
create trigger proposal_kept before truncate on proposal for each statement execute function refuse_change();
--> statement-breakpoint
alter table proposal enable always trigger proposal_kept;
--> statement-breakpoint
create trigger vote_requesters before insert on vote for each row execute function requesters_are_its_own();
--> statement-breakpoint
alter table vote enable always trigger vote_requesters;
--> statement-breakpoint
create trigger vote_append_only before update or delete on vote for each row execute function refuse_change();
--> statement-breakpoint
alter table vote enable always trigger vote_append_only;
--> statement-breakpoint
create trigger vote_kept before truncate on vote for each statement execute function refuse_change();
--> statement-breakpoint
alter table vote enable always trigger vote_kept;
--> statement-breakpoint
create trigger inbox_append_only before update on inbox for each row execute function refuse_change();
--> statement-breakpoint
alter table inbox enable always trigger inbox_append_only;
--> statement-breakpoint
create trigger question_kept before truncate on question for each statement execute function refuse_change();
--> statement-breakpoint
alter table question enable always trigger question_kept;
--> statement-breakpoint
create trigger rollback_confirmation_append_only before update or delete on rollback_confirmation
  for each row execute function refuse_change();
--> statement-breakpoint
alter table rollback_confirmation enable always trigger rollback_confirmation_append_only;
--> statement-breakpoint
create trigger rollback_confirmation_kept before truncate on rollback_confirmation for each statement execute function refuse_change();
--> statement-breakpoint
alter table rollback_confirmation enable always trigger rollback_confirmation_kept;
--> statement-breakpoint
create trigger rollback_kept before truncate on rollback for each statement execute function refuse_change();
--> statement-breakpoint
alter table rollback enable always trigger rollback_kept;
--> statement-breakpoint
create trigger rollback_item_kept before truncate on rollback_item for each statement execute function refuse_change();
--> statement-breakpoint
alter table rollback_item enable always trigger rollback_item_kept;
--> statement-breakpoint
create trigger handover_append_only before update or delete on handover for each row execute function refuse_change();
--> statement-breakpoint
alter table handover enable always trigger handover_append_only;
--> statement-breakpoint
create trigger drill_kept before truncate on drill for each statement execute function refuse_change();
--> statement-breakpoint
alter table drill enable always trigger drill_kept;
--> statement-breakpoint
create trigger audit_value_kept before truncate on audit_value for each statement execute function refuse_change();
--> statement-breakpoint
alter table audit_value enable always trigger audit_value_kept;
--> statement-breakpoint
alter table audit_event_rest enable always trigger audit_event_append_only;
--> statement-breakpoint
-- A write that a second human had to agree to hangs on that decision too. By hand, since drizzle takes it for the other one's twin.
alter table execution add constraint execution_reviewed_fk foreign key (proposal_id, round, digest, review_stage, verdict)
  references decision (proposal_id, round, digest, stage, verdict);
--> statement-breakpoint
-- No undoing without a second operator's word for the plan that it stands in. By hand, since the tables know each other.
alter table execution add constraint execution_rollback_confirmed foreign key (rollback) references rollback_confirmation (rollback);
--> statement-breakpoint
alter table execution add constraint execution_rollback_planned foreign key (rollback, id, compensates)
  references rollback_item (rollback, compensation, execution);
--> statement-breakpoint
do $$
declare
  t text;
begin
  foreach t in array array['seal', 'checkpoint', 'verifying_key', 'retirement', 'signing_key'] loop
    execute format('create trigger %I before update or delete on %I for each row execute function refuse_change()', t || '_append_only', t);
    execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()', t || '_kept', t);
    execute format('alter table %I enable always trigger %I', t, t || '_append_only');
    execute format('alter table %I enable always trigger %I', t, t || '_kept');
  end loop;
end $$;
--> statement-breakpoint
insert into switchboard (id) values (1);
--> statement-breakpoint
select ensure_audit_partitions();
