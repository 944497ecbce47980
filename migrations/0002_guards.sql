-- What must never be is refused here, whoever asks. Every guard is ENABLE ALWAYS: it holds in replica mode too.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'integrity_constraint_violation';
end $$;
--> statement-breakpoint
create trigger audit_event_append_only before update or delete on audit_event
  for each row execute function refuse_change();
--> statement-breakpoint
alter table audit_event enable always trigger audit_event_append_only;
--> statement-breakpoint
alter table audit_event_rest enable always trigger audit_event_append_only;
--> statement-breakpoint
create trigger audit_event_kept before truncate on audit_event for each statement execute function refuse_change();
--> statement-breakpoint
alter table audit_event enable always trigger audit_event_kept;
--> statement-breakpoint
create trigger audit_event_kept before truncate on audit_event_rest for each statement execute function refuse_change();
--> statement-breakpoint
alter table audit_event_rest enable always trigger audit_event_kept;
--> statement-breakpoint
create trigger round_append_only before update or delete on round for each row execute function refuse_change();
--> statement-breakpoint
alter table round enable always trigger round_append_only;
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
create function proposal_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'a proposal is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'received' or new.version <> 1 then
      raise exception 'a proposal begins as received' using errcode = 'integrity_constraint_violation';
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
create trigger proposal_moves before insert or update or delete on proposal for each row execute function proposal_moves();
--> statement-breakpoint
alter table proposal enable always trigger proposal_moves;
--> statement-breakpoint
create trigger proposal_kept before truncate on proposal for each statement execute function refuse_change();
--> statement-breakpoint
alter table proposal enable always trigger proposal_kept;
--> statement-breakpoint

-- A transition without its audit event does not commit.
create function transition_is_audited() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from audit_event a
    where a.stream = new.id::text and a.at >= now() - interval '1 hour'
      and a.xid = pg_current_xact_id()::text::bigint
  ) then
    raise exception 'proposal % changed without an audit event', new.id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger proposal_is_audited after insert or update on proposal
  deferrable initially deferred for each row execute function transition_is_audited();
--> statement-breakpoint
alter table proposal enable always trigger proposal_is_audited;
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
create trigger execution_moves before update or delete on execution for each row execute function execution_moves();
--> statement-breakpoint
alter table execution enable always trigger execution_moves;
--> statement-breakpoint
insert into switchboard (id) values (1);
--> statement-breakpoint
select ensure_audit_partitions();
