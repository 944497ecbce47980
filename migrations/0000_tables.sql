CREATE TABLE "bucket" (
	"name" text PRIMARY KEY NOT NULL,
	"tokens" double precision NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "card" (
	"channel" text NOT NULL,
	"ts" text NOT NULL,
	"proposal_id" uuid NOT NULL,
	"target" text NOT NULL,
	"round" integer NOT NULL,
	"shown_version" integer NOT NULL,
	"posted_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "card_channel_ts_pk" PRIMARY KEY("channel","ts")
);
--> statement-breakpoint
CREATE TABLE "decision" (
	"proposal_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"stage" text NOT NULL,
	"verdict" text NOT NULL,
	"kind" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"requesters" text[] NOT NULL,
	"principal" text NOT NULL,
	"identities" text[] NOT NULL,
	"by_id" text NOT NULL,
	"by_name" text NOT NULL,
	"reason" text,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"good_until" timestamp with time zone,
	CONSTRAINT "decision_proposal_id_round_stage_pk" PRIMARY KEY("proposal_id","round","stage"),
	CONSTRAINT "decision_one_each" UNIQUE("proposal_id","round","principal"),
	CONSTRAINT "decision_effect" UNIQUE("proposal_id","round","digest","stage","verdict"),
	CONSTRAINT "decision_stage" CHECK ("decision"."stage" in ('approve', 'review')),
	CONSTRAINT "decision_verdict" CHECK ("decision"."verdict" in ('approved', 'rejected')),
	CONSTRAINT "decision_kind" CHECK ("decision"."kind" in ('approve', 'reject', 'agree', 'object', 'take_back')),
	CONSTRAINT "decision_four_eyes" CHECK (not ("decision"."identities" && "decision"."requesters"))
);
--> statement-breakpoint
CREATE TABLE "execution" (
	"id" uuid PRIMARY KEY NOT NULL,
	"proposal_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"digest" "bytea" NOT NULL,
	"stage" text DEFAULT 'approve' NOT NULL,
	"verdict" text DEFAULT 'approved' NOT NULL,
	"kind" text DEFAULT 'forward' NOT NULL,
	"compensates" uuid,
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
	"next_attempt_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"result" jsonb,
	"error" text,
	"before" jsonb,
	"after" jsonb,
	CONSTRAINT "execution_approved" CHECK ("execution"."stage" = 'approve' and "execution"."verdict" = 'approved'),
	CONSTRAINT "execution_kind" CHECK ("execution"."kind" in ('forward', 'compensate')),
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
CREATE TABLE "outbox" (
	"topic" text NOT NULL,
	"ref" text NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"due_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"lease_until" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"parked_at" timestamp with time zone,
	"last_error" text,
	CONSTRAINT "outbox_topic_ref_pk" PRIMARY KEY("topic","ref")
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
	"expires_at" timestamp with time zone NOT NULL,
	"execute_by" timestamp with time zone,
	CONSTRAINT "proposal_number" UNIQUE("number"),
	CONSTRAINT "proposal_idempotency" UNIQUE("agent","idempotency_key"),
	CONSTRAINT "proposal_requesters" UNIQUE("id","requesters"),
	CONSTRAINT "proposal_decide" CHECK ("proposal"."decide" in ('agent', 'human', 'named'))
);
--> statement-breakpoint
CREATE TABLE "round" (
	"proposal_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"envelope" "bytea" NOT NULL,
	"digest" "bytea" GENERATED ALWAYS AS (sha256(envelope)) STORED NOT NULL,
	"requesters" text[] NOT NULL,
	"execution" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "round_proposal_id_round_pk" PRIMARY KEY("proposal_id","round"),
	CONSTRAINT "round_digest" UNIQUE("proposal_id","round","digest"),
	CONSTRAINT "round_execution" UNIQUE("proposal_id","round","execution")
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
ALTER TABLE "card" ADD CONSTRAINT "card_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_proposal_id_round_digest_round_proposal_id_round_digest_fk" FOREIGN KEY ("proposal_id","round","digest") REFERENCES "public"."round"("proposal_id","round","digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_proposal_id_requesters_proposal_id_requesters_fk" FOREIGN KEY ("proposal_id","requesters") REFERENCES "public"."proposal"("id","requesters") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "execution" ADD CONSTRAINT "execution_proposal_id_round_digest_stage_verdict_decision_proposal_id_round_digest_stage_verdict_fk" FOREIGN KEY ("proposal_id","round","digest","stage","verdict") REFERENCES "public"."decision"("proposal_id","round","digest","stage","verdict") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "execution" ADD CONSTRAINT "execution_proposal_id_round_forward_round_proposal_id_round_execution_fk" FOREIGN KEY ("proposal_id","round","forward") REFERENCES "public"."round"("proposal_id","round","execution") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity" ADD CONSTRAINT "identity_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposal" ADD CONSTRAINT "proposal_policy_manifest_version_digest_fk" FOREIGN KEY ("policy") REFERENCES "public"."manifest_version"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "round" ADD CONSTRAINT "round_proposal_id_requesters_proposal_id_requesters_fk" FOREIGN KEY ("proposal_id","requesters") REFERENCES "public"."proposal"("id","requesters") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "card_proposal" ON "card" USING btree ("proposal_id");--> statement-breakpoint
CREATE UNIQUE INDEX "execution_one_a_round" ON "execution" USING btree ("proposal_id","round") WHERE kind = 'forward';--> statement-breakpoint
CREATE UNIQUE INDEX "execution_one_started" ON "execution" USING btree ("proposal_id") WHERE kind = 'forward' and started_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "execution_one_undo" ON "execution" USING btree ("compensates") WHERE kind = 'compensate';--> statement-breakpoint
CREATE INDEX "execution_due" ON "execution" USING btree ("next_attempt_at") WHERE state in ('ready', 'leased', 'started');--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("topic","due_at") WHERE parked_at is null;--> statement-breakpoint
CREATE INDEX "proposal_expiry" ON "proposal" USING btree ("expires_at") WHERE state in ('received', 'pending', 'in_review');--> statement-breakpoint
CREATE INDEX "proposal_open" ON "proposal" USING btree ("agent") WHERE state in ('received', 'pending', 'in_review');--> statement-breakpoint
CREATE INDEX "proposal_account" ON "proposal" USING btree ("account","created_at");