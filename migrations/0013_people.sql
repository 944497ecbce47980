CREATE TABLE "absence" (
	"principal" text PRIMARY KEY NOT NULL,
	"by_id" text NOT NULL,
	"by_name" text NOT NULL,
	"delegate" text,
	"delegate_id" text,
	"delegate_name" text,
	"until" timestamp with time zone NOT NULL,
	"since" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "absence_not_self" CHECK ("absence"."delegate" <> "absence"."principal")
);
--> statement-breakpoint
CREATE TABLE "handover" (
	"proposal_id" uuid NOT NULL,
	"to_id" text NOT NULL,
	"to_name" text NOT NULL,
	"by_id" text NOT NULL,
	"by_name" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "handover_proposal_id_to_id_pk" PRIMARY KEY("proposal_id","to_id")
);
--> statement-breakpoint
ALTER TABLE "proposal" ADD COLUMN "supersedes" uuid;--> statement-breakpoint
ALTER TABLE "proposal" ADD COLUMN "superseded_by" uuid;--> statement-breakpoint
ALTER TABLE "vote" ADD COLUMN "for_principal" text;--> statement-breakpoint
ALTER TABLE "vote" ADD COLUMN "for_id" text;--> statement-breakpoint
ALTER TABLE "vote" ADD COLUMN "for_name" text;--> statement-breakpoint
ALTER TABLE "absence" ADD CONSTRAINT "absence_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absence" ADD CONSTRAINT "absence_delegate_principal_id_fk" FOREIGN KEY ("delegate") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handover" ADD CONSTRAINT "handover_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_for_principal_principal_id_fk" FOREIGN KEY ("for_principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "vote_one_right" ON "vote" USING btree ("proposal_id","round",coalesce(for_principal, principal)) WHERE kind <> 'take_back';
--> statement-breakpoint
create trigger handover_append_only before update or delete on handover for each row execute function refuse_change();
--> statement-breakpoint
alter table handover enable always trigger handover_append_only;
--> statement-breakpoint
-- Whoever waits for a decision is looked at again: it may be somebody else's now.
create function enqueue_waiting() returns void language sql as $$
  select enqueue(coalesce(jsonb_agg(jsonb_build_object('topic', 'card', 'ref', id)), '[]')) from proposal
  where state in ('pending', 'in_review') or review_state = 'awaiting'
$$;
--> statement-breakpoint
-- Somebody is away until then, with or without somebody who decides for them: 'set', 'past', or 'cycle' where that would lead back.
create function set_absence(p_away jsonb) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  me text := p_away ->> 'principal';
  onward text := p_away -> 'delegate' ->> 'principal';
  seen text[] := '{}';
begin
  perform pg_advisory_xact_lock(hashtextextended('absence', 0));
  if (p_away ->> 'until')::timestamptz <= clock_timestamp() then return 'past'; end if;
  while onward is not null and onward <> all (seen) loop
    if onward = me then return 'cycle'; end if;
    seen := seen || onward;
    select a.delegate into onward from absence a where a.principal = seen[array_upper(seen, 1)] and a.until > clock_timestamp();
    if not found then onward := null; end if;
  end loop;
  insert into absence (principal, by_id, by_name, delegate, delegate_id, delegate_name, until)
  values (me, p_away ->> 'id', p_away ->> 'name', p_away -> 'delegate' ->> 'principal', p_away -> 'delegate' ->> 'id',
    p_away -> 'delegate' ->> 'name', (p_away ->> 'until')::timestamptz)
  on conflict (principal) do update set by_id = excluded.by_id, by_name = excluded.by_name, delegate = excluded.delegate,
    delegate_id = excluded.delegate_id, delegate_name = excluded.delegate_name, until = excluded.until, since = clock_timestamp();
  perform record_events('people', jsonb_build_array(jsonb_build_object('type', 'absence.began', 'actor', me,
    'data', p_away - 'principal')));
  perform enqueue_waiting();
  return 'set';
end $$;
--> statement-breakpoint
create function end_absence(p_by jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  was absence;
begin
  delete from absence where principal = p_by ->> 'principal' returning * into was;
  if not found or was.until <= clock_timestamp() then return false; end if;
  perform record_events('people', jsonb_build_array(jsonb_build_object('type', 'absence.ended', 'actor', p_by ->> 'principal',
    'data', jsonb_build_object('by', p_by - 'principal'))));
  perform enqueue_waiting();
  return true;
end $$;
--> statement-breakpoint
-- Gives a proposal to a colleague; false: it was given already, or nobody has to decide on it any more.
create function hand_over(p_id uuid, p_to jsonb, p_by jsonb) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  p proposal;
begin
  insert into handover (proposal_id, to_id, to_name, by_id, by_name)
  values (p_id, p_to ->> 'id', p_to ->> 'name', p_by ->> 'id', p_by ->> 'name') on conflict do nothing;
  if not found then return false; end if;
  update proposal set events = events + 1 where id = p_id returning * into p;
  perform append_events(p.id::text, p.events, jsonb_build_array(jsonb_build_object('type', 'proposal.handed_over',
    'actor', p_by ->> 'principal', 'data', jsonb_build_object('to', p_to - 'principal', 'by', p_by - 'principal'))),
    p.agent, p.system, p.account, p.number);
  perform enqueue(jsonb_build_array(jsonb_build_object('topic', 'card', 'ref', p.id)));
  return true;
end $$;
