CREATE TABLE "callback_event" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "callback_event_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"proposal_id" uuid NOT NULL,
	"type" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "question" (
	"id" uuid PRIMARY KEY NOT NULL,
	"proposal_id" uuid NOT NULL,
	"principal" text NOT NULL,
	"by_id" text NOT NULL,
	"by_name" text NOT NULL,
	"text" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"answer" text,
	"answered_at" timestamp with time zone,
	CONSTRAINT "question_answered" CHECK (("question"."answer" is null) = ("question"."answered_at" is null))
);
--> statement-breakpoint
ALTER TABLE "proposal" ADD COLUMN "callback" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "callback_event" ADD CONSTRAINT "callback_event_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question" ADD CONSTRAINT "question_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question" ADD CONSTRAINT "question_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "callback_event_proposal" ON "callback_event" USING btree ("proposal_id","seq");--> statement-breakpoint
CREATE INDEX "question_proposal" ON "question" USING btree ("proposal_id");
--> statement-breakpoint
-- What was asked stays as it was asked, and is answered once.
create function question_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.answer is not null
     or to_jsonb(new) - array['answer', 'answered_at'] <> to_jsonb(old) - array['answer', 'answered_at'] then
    raise exception 'a question and its answer never change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger question_moves before update or delete on question for each row execute function question_moves();
--> statement-breakpoint
alter table question enable always trigger question_moves;
--> statement-breakpoint
create trigger question_kept before truncate on question for each statement execute function refuse_change();
--> statement-breakpoint
alter table question enable always trigger question_kept;
--> statement-breakpoint
create function note_callback(p_proposal uuid, p_type text) returns void language sql as $$
  insert into callback_event (proposal_id, type) values (p_proposal, p_type);
  select enqueue(jsonb_build_array(jsonb_build_object('topic', 'callback', 'ref', p_proposal)));
$$;
--> statement-breakpoint
-- Whatever moves a proposal, its agent is told: here, so that no function which does so can forget it.
create function tell_agent() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.state <> old.state or new.round <> old.round then
    perform note_callback(new.id, 'proposal.' || new.state);
  end if;
  if tg_op = 'UPDATE' and new.review_state is distinct from old.review_state and new.review_state <> 'awaiting' then
    perform note_callback(new.id, 'proposal.reviewed');
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger proposal_told after insert or update on proposal for each row when (new.callback) execute function tell_agent();
--> statement-breakpoint
create function tell_question() returns trigger language plpgsql as $$
begin
  if (select callback from proposal where id = new.proposal_id) then
    perform note_callback(new.proposal_id, 'proposal.question_asked');
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger question_told after insert on question for each row execute function tell_question();
--> statement-breakpoint
-- Its receiver was told, or nobody is to be told any more.
create function drop_callback(p_seq bigint) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$ delete from callback_event where seq = p_seq $$;
