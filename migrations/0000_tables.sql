CREATE TABLE "decision" (
	"proposal_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"stage" text NOT NULL,
	"verdict" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"principal" text NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "decision_proposal_id_round_stage_pk" PRIMARY KEY("proposal_id","round","stage"),
	CONSTRAINT "decision_effect" UNIQUE("proposal_id","round","digest","stage","verdict"),
	CONSTRAINT "decision_stage" CHECK ("decision"."stage" in ('approve', 'review')),
	CONSTRAINT "decision_verdict" CHECK (("decision"."verdict", "decision"."kind") in (('approved', 'approve'), ('approved', 'agree'), ('rejected', 'reject'), ('rejected', 'object')))
);
--> statement-breakpoint
CREATE TABLE "execution" (
	"id" uuid PRIMARY KEY NOT NULL,
	"proposal_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"digest" "bytea" NOT NULL,
	"stage" text DEFAULT 'approve' NOT NULL,
	"verdict" text DEFAULT 'approved' NOT NULL,
	"review_stage" text,
	"kind" text DEFAULT 'forward' NOT NULL,
	"compensates" uuid,
	"rollback" uuid,
	"forward" uuid GENERATED ALWAYS AS (case when kind = 'forward' then id end) STORED,
	"state" text DEFAULT 'ready' NOT NULL,
	"agent" text NOT NULL,
	"system" text NOT NULL,
	"workflow" text NOT NULL,
	"account" text NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"leased_by" text,
	"lease_until" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"stumbles" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"result" jsonb,
	"error" text,
	"before" jsonb,
	"after" jsonb,
	CONSTRAINT "execution_approved" CHECK ("execution"."stage" = 'approve' and "execution"."verdict" = 'approved'),
	CONSTRAINT "execution_reviewed" CHECK ("execution"."review_stage" = 'review'),
	CONSTRAINT "execution_kind" CHECK ("execution"."kind" in ('forward', 'compensate')),
	CONSTRAINT "execution_undo" CHECK (("execution"."kind" = 'compensate') = ("execution"."compensates" is not null) and ("execution"."kind" = 'compensate') = ("execution"."rollback" is not null)),
	CONSTRAINT "execution_state" CHECK ("execution"."state" in ('ready', 'leased', 'started', 'executed', 'failed', 'unknown', 'canceled')),
	CONSTRAINT "execution_started" CHECK ("execution"."state" not in ('started', 'executed', 'unknown') or "execution"."started_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "identity" (
	"identity" text PRIMARY KEY NOT NULL,
	"principal" text NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "manifest_version" (
	"digest" text PRIMARY KEY NOT NULL,
	"files" jsonb NOT NULL,
	"loaded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "principal" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "principal_kind" CHECK ("principal"."kind" in ('person', 'agent', 'policy'))
);
--> statement-breakpoint
CREATE TABLE "proposal" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "proposal_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1001 CACHE 1),
	"version" integer DEFAULT 1 NOT NULL,
	"round" integer DEFAULT 0 NOT NULL,
	"events" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'received' NOT NULL,
	"agent" text NOT NULL,
	"idempotency_key" text,
	"body" "bytea" NOT NULL,
	"action" text NOT NULL,
	"system" text NOT NULL,
	"workflow" text NOT NULL,
	"account" text NOT NULL,
	"summary" text NOT NULL,
	"input" jsonb NOT NULL,
	"reason" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"metadata" jsonb NOT NULL,
	"traceparent" text,
	"on_behalf_of" text,
	"claimed_impact" text,
	"amount" bigint,
	"currency" text NOT NULL,
	"tier" smallint NOT NULL,
	"decide" text NOT NULL,
	"why" text NOT NULL,
	"policy" text NOT NULL,
	"reversible" boolean NOT NULL,
	"requesters" text[] NOT NULL,
	"before" jsonb,
	"blocked" text,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"judged_at" timestamp with time zone,
	"due_at" timestamp with time zone,
	"added" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"frozen_ms" bigint DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone,
	"execute_by" timestamp with time zone,
	"review_state" text,
	"review_due_at" timestamp with time zone,
	"supersedes" uuid,
	"superseded_by" uuid,
	"callback" boolean DEFAULT false NOT NULL,
	"erased_at" timestamp with time zone,
	CONSTRAINT "proposal_number" UNIQUE("number"),
	CONSTRAINT "proposal_idempotency" UNIQUE("agent","idempotency_key"),
	CONSTRAINT "proposal_review_state" CHECK ("proposal"."review_state" in ('awaiting', 'agreed', 'objected', 'lapsed')),
	CONSTRAINT "proposal_decide" CHECK ("proposal"."decide" in ('agent', 'human', 'named'))
);
--> statement-breakpoint
CREATE TABLE "round" (
	"proposal_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"envelope" "bytea" NOT NULL,
	"digest" "bytea" NOT NULL,
	"requesters" text[] NOT NULL,
	"execution" uuid NOT NULL,
	"because" text,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "round_proposal_id_round_pk" PRIMARY KEY("proposal_id","round"),
	CONSTRAINT "round_digest" UNIQUE("proposal_id","round","digest"),
	CONSTRAINT "round_execution" UNIQUE("proposal_id","round","execution")
);
--> statement-breakpoint
CREATE TABLE "vote" (
	"proposal_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"stage" text NOT NULL,
	"kind" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"requesters" text[] NOT NULL,
	"principal" text NOT NULL,
	"identities" text[] NOT NULL,
	"by_id" text NOT NULL,
	"by_name" text NOT NULL,
	"for_principal" text,
	"for_id" text,
	"for_name" text,
	"reason" text,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "vote_proposal_id_round_principal_kind_pk" PRIMARY KEY("proposal_id","round","principal","kind"),
	CONSTRAINT "vote_stage" CHECK ("vote"."stage" in ('approve', 'review')),
	CONSTRAINT "vote_kind" CHECK (("vote"."stage", "vote"."kind") in (('approve', 'approve'), ('approve', 'reject'), ('approve', 'take_back'), ('review', 'agree'), ('review', 'object'))),
	CONSTRAINT "vote_four_eyes" CHECK (not ("vote"."identities" && "vote"."requesters"))
);
--> statement-breakpoint
CREATE TABLE "bucket" (
	"name" text PRIMARY KEY NOT NULL,
	"tokens" double precision NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"wanted" timestamp with time zone[]
);
--> statement-breakpoint
CREATE TABLE "card" (
	"channel" text NOT NULL,
	"ts" text NOT NULL,
	"proposal_id" uuid NOT NULL,
	"target" text NOT NULL,
	"round" integer NOT NULL,
	"form" text DEFAULT 'card' NOT NULL,
	"shown" text,
	"posted_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "card_channel_ts_proposal_id_pk" PRIMARY KEY("channel","ts","proposal_id"),
	CONSTRAINT "card_form" CHECK ("card"."form" in ('card', 'line'))
);
--> statement-breakpoint
CREATE TABLE "distrust" (
	"agent" text PRIMARY KEY NOT NULL,
	"because" text NOT NULL,
	"since" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"topic" text NOT NULL,
	"ref" text NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"rank" smallint DEFAULT 2 NOT NULL,
	"due_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"lease_until" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"parked_at" timestamp with time zone,
	"last_error" text,
	CONSTRAINT "outbox_topic_ref_pk" PRIMARY KEY("topic","ref")
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "reply_url" (
	"channel" text NOT NULL,
	"ts" text NOT NULL,
	"url" text NOT NULL,
	"uses" smallint NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"held_until" timestamp with time zone,
	CONSTRAINT "reply_url_channel_ts_pk" PRIMARY KEY("channel","ts")
);
--> statement-breakpoint
CREATE TABLE "stale_message" (
	"channel" text NOT NULL,
	"ts" text NOT NULL,
	"rank" smallint NOT NULL,
	"marks" integer DEFAULT 1 NOT NULL,
	"asked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "stale_message_channel_ts_pk" PRIMARY KEY("channel","ts")
);
--> statement-breakpoint
CREATE TABLE "step" (
	"proposal_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"n" smallint NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"what" jsonb NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "step_proposal_id_round_n_pk" PRIMARY KEY("proposal_id","round","n")
);
--> statement-breakpoint
CREATE TABLE "stream" (
	"name" text PRIMARY KEY NOT NULL,
	"events" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "switchboard" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"off" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"asked" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "switchboard_one" CHECK ("switchboard"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "waiting_card" (
	"place" text NOT NULL,
	"target" text NOT NULL,
	"proposal_id" uuid NOT NULL,
	"rank" smallint NOT NULL,
	"asked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "waiting_card_proposal_id_target_pk" PRIMARY KEY("proposal_id","target")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbox_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"system" text NOT NULL,
	"id" text NOT NULL,
	"event" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "inbox_id" UNIQUE("system","id")
);
--> statement-breakpoint
CREATE TABLE "system_state" (
	"system" text PRIMARY KEY NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"open" boolean DEFAULT false NOT NULL,
	"paused_until" timestamp with time zone,
	"why" text
);
--> statement-breakpoint
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
CREATE TABLE "rollback" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" integer GENERATED ALWAYS AS IDENTITY (sequence name "rollback_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"since" timestamp with time zone,
	"switch" text,
	"digest" text NOT NULL,
	"asked_principal" text NOT NULL,
	"asked_id" text NOT NULL,
	"asked_name" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"finished_at" timestamp with time zone,
	"channel" text,
	"ts" text,
	CONSTRAINT "rollback_number" UNIQUE("number"),
	CONSTRAINT "rollback_plan" UNIQUE("id","digest","asked_principal"),
	CONSTRAINT "rollback_kind" CHECK ("rollback"."kind" in ('everything', 'agent', 'system', 'workflow', 'account', 'proposal')),
	CONSTRAINT "rollback_state" CHECK ("rollback"."state" in ('planned', 'confirmed', 'running', 'stopped', 'done'))
);
--> statement-breakpoint
CREATE TABLE "rollback_confirmation" (
	"rollback" uuid PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"asked_principal" text NOT NULL,
	"principal" text NOT NULL,
	"by_id" text NOT NULL,
	"by_name" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "rollback_two_operators" CHECK ("rollback_confirmation"."principal" <> "rollback_confirmation"."asked_principal")
);
--> statement-breakpoint
CREATE TABLE "rollback_item" (
	"rollback" uuid NOT NULL,
	"execution" uuid NOT NULL,
	"proposal_id" uuid NOT NULL,
	"compensation" uuid NOT NULL,
	"class" text NOT NULL,
	"why" text,
	"request" jsonb,
	"diff" jsonb,
	"state" text NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "rollback_item_rollback_execution_pk" PRIMARY KEY("rollback","execution"),
	CONSTRAINT "rollback_item_compensation" UNIQUE("compensation"),
	CONSTRAINT "rollback_item_undo" UNIQUE("rollback","compensation","execution"),
	CONSTRAINT "rollback_item_class" CHECK ("rollback_item"."class" in ('undo', 'irreversible', 'changed', 'unknown', 'by_hand')),
	CONSTRAINT "rollback_item_state" CHECK ("rollback_item"."state" in ('planned', 'left', 'undone', 'conflict', 'failed', 'unknown', 'skipped')),
	CONSTRAINT "rollback_item_left" CHECK (("rollback_item"."class" <> 'undo') = ("rollback_item"."state" = 'left')),
	CONSTRAINT "rollback_item_request" CHECK ("rollback_item"."class" <> 'undo' or "rollback_item"."request" is not null)
);
--> statement-breakpoint
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
CREATE TABLE "user_group" (
	"handle" text PRIMARY KEY NOT NULL,
	"members" text[] NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drill" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" integer GENERATED ALWAYS AS IDENTITY (sequence name "drill_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"system" text NOT NULL,
	"principal" text NOT NULL,
	"by_id" text NOT NULL,
	"by_name" text NOT NULL,
	"writes" integer NOT NULL,
	"from_number" bigint NOT NULL,
	"rollback" uuid NOT NULL,
	"edits" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"crashed" uuid[] DEFAULT '{}' NOT NULL,
	"state" text DEFAULT 'writing' NOT NULL,
	"started_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"finished_at" timestamp with time zone,
	"passed" boolean,
	"record" text,
	"channel" text,
	"ts" text,
	CONSTRAINT "drill_number" UNIQUE("number"),
	CONSTRAINT "drill_rollback" UNIQUE("rollback"),
	CONSTRAINT "drill_state" CHECK ("drill"."state" in ('writing', 'undoing', 'done')),
	CONSTRAINT "drill_done" CHECK (("drill"."state" = 'done') = ("drill"."record" is not null and "drill"."finished_at" is not null and "drill"."passed" is not null))
);
--> statement-breakpoint
CREATE TABLE "audit_value" (
	"stream" text NOT NULL,
	"seq" integer NOT NULL,
	"path" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"value" text NOT NULL,
	CONSTRAINT "audit_value_stream_seq_path_pk" PRIMARY KEY("stream","seq","path")
);
--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_proposal_id_round_digest_round_proposal_id_round_digest_fk" FOREIGN KEY ("proposal_id","round","digest") REFERENCES "public"."round"("proposal_id","round","digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_proposal_id_round_principal_kind_vote_proposal_id_round_principal_kind_fk" FOREIGN KEY ("proposal_id","round","principal","kind") REFERENCES "public"."vote"("proposal_id","round","principal","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "execution" ADD CONSTRAINT "execution_proposal_id_round_digest_stage_verdict_decision_proposal_id_round_digest_stage_verdict_fk" FOREIGN KEY ("proposal_id","round","digest","stage","verdict") REFERENCES "public"."decision"("proposal_id","round","digest","stage","verdict") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "execution" ADD CONSTRAINT "execution_proposal_id_round_forward_round_proposal_id_round_execution_fk" FOREIGN KEY ("proposal_id","round","forward") REFERENCES "public"."round"("proposal_id","round","execution") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity" ADD CONSTRAINT "identity_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposal" ADD CONSTRAINT "proposal_policy_manifest_version_digest_fk" FOREIGN KEY ("policy") REFERENCES "public"."manifest_version"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_for_principal_principal_id_fk" FOREIGN KEY ("for_principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_proposal_id_round_digest_round_proposal_id_round_digest_fk" FOREIGN KEY ("proposal_id","round","digest") REFERENCES "public"."round"("proposal_id","round","digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "card" ADD CONSTRAINT "card_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "step" ADD CONSTRAINT "step_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waiting_card" ADD CONSTRAINT "waiting_card_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "callback_event" ADD CONSTRAINT "callback_event_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question" ADD CONSTRAINT "question_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question" ADD CONSTRAINT "question_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback" ADD CONSTRAINT "rollback_asked_principal_principal_id_fk" FOREIGN KEY ("asked_principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_confirmation" ADD CONSTRAINT "rollback_confirmation_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_confirmation" ADD CONSTRAINT "rollback_confirmation_rollback_digest_asked_principal_rollback_id_digest_asked_principal_fk" FOREIGN KEY ("rollback","digest","asked_principal") REFERENCES "public"."rollback"("id","digest","asked_principal") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_item" ADD CONSTRAINT "rollback_item_rollback_rollback_id_fk" FOREIGN KEY ("rollback") REFERENCES "public"."rollback"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_item" ADD CONSTRAINT "rollback_item_execution_execution_id_fk" FOREIGN KEY ("execution") REFERENCES "public"."execution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_item" ADD CONSTRAINT "rollback_item_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absence" ADD CONSTRAINT "absence_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absence" ADD CONSTRAINT "absence_delegate_principal_id_fk" FOREIGN KEY ("delegate") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handover" ADD CONSTRAINT "handover_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drill" ADD CONSTRAINT "drill_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "execution_one_a_round" ON "execution" USING btree ("proposal_id","round") WHERE kind = 'forward';--> statement-breakpoint
CREATE UNIQUE INDEX "execution_one_started" ON "execution" USING btree ("proposal_id") WHERE kind = 'forward' and started_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "execution_one_undo" ON "execution" USING btree ("compensates") WHERE kind = 'compensate' and state not in ('canceled', 'failed');--> statement-breakpoint
CREATE INDEX "execution_lane" ON "execution" USING btree ("system","account","id") WHERE kind = 'forward' and state in ('ready', 'leased', 'started');--> statement-breakpoint
CREATE INDEX "execution_undo_lane" ON "execution" USING btree ("system","account","id") WHERE kind = 'compensate' and state in ('ready', 'leased', 'started');--> statement-breakpoint
CREATE INDEX "execution_due" ON "execution" USING btree ("next_attempt_at","id") WHERE state in ('ready', 'leased', 'started');--> statement-breakpoint
CREATE INDEX "proposal_expiry" ON "proposal" USING btree ("expires_at") WHERE state in ('received', 'pending', 'in_review');--> statement-breakpoint
CREATE INDEX "proposal_late" ON "proposal" USING btree ("execute_by") WHERE state = 'approved';--> statement-breakpoint
CREATE INDEX "proposal_open" ON "proposal" USING btree ("agent","number") WHERE state in ('received', 'pending', 'in_review');--> statement-breakpoint
CREATE INDEX "proposal_account" ON "proposal" USING btree ("account","created_at");--> statement-breakpoint
CREATE INDEX "proposal_waiting" ON "proposal" USING btree ("policy","workflow","tier",(case when state = 'in_review' then coalesce(review_due_at, '-infinity') when expires_at is null then '-infinity' else coalesce(due_at, expires_at) end),"id") WHERE state in ('pending', 'in_review');--> statement-breakpoint
CREATE INDEX "proposal_review" ON "proposal" USING btree ("review_due_at") WHERE review_state = 'awaiting';--> statement-breakpoint
CREATE INDEX "proposal_to_review" ON "proposal" USING btree ("policy","workflow","tier",(coalesce(review_due_at, '-infinity')),"id") WHERE review_state = 'awaiting';--> statement-breakpoint
CREATE INDEX "proposal_sum" ON "proposal" USING btree ("workflow","account","judged_at");--> statement-breakpoint
CREATE INDEX "proposal_sum_of_agent" ON "proposal" USING btree ("workflow","agent","judged_at");--> statement-breakpoint
CREATE UNIQUE INDEX "vote_one_right" ON "vote" USING btree ("proposal_id","round",coalesce(for_principal, principal)) WHERE kind <> 'take_back';--> statement-breakpoint
CREATE INDEX "vote_by" ON "vote" USING btree ("principal","at");--> statement-breakpoint
CREATE UNIQUE INDEX "vote_one_each" ON "vote" USING btree ("proposal_id","round","principal") WHERE kind <> 'take_back';--> statement-breakpoint
CREATE UNIQUE INDEX "vote_taken_back_once" ON "vote" USING btree ("proposal_id","round") WHERE kind = 'take_back';--> statement-breakpoint
CREATE INDEX "card_proposal" ON "card" USING btree ("proposal_id");--> statement-breakpoint
CREATE UNIQUE INDEX "card_alone" ON "card" USING btree ("channel","ts") WHERE form = 'card';--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("rank","due_at") WHERE parked_at is null;--> statement-breakpoint
CREATE INDEX "stale_message_order" ON "stale_message" USING btree ("rank","asked_at");--> statement-breakpoint
CREATE INDEX "step_due" ON "step" USING btree ("due_at") WHERE done_at is null;--> statement-breakpoint
CREATE INDEX "waiting_card_place" ON "waiting_card" USING btree ("place","rank","asked_at");--> statement-breakpoint
CREATE INDEX "inbox_system" ON "inbox" USING btree ("system","seq");--> statement-breakpoint
CREATE INDEX "callback_event_proposal" ON "callback_event" USING btree ("proposal_id","seq");--> statement-breakpoint
CREATE INDEX "question_proposal" ON "question" USING btree ("proposal_id");--> statement-breakpoint
CREATE INDEX "rollback_item_proposal" ON "rollback_item" USING btree ("proposal_id");--> statement-breakpoint
CREATE UNIQUE INDEX "drill_one_a_system" ON "drill" USING btree ("system") WHERE state <> 'done';
