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
DROP INDEX "execution_one_undo";--> statement-breakpoint
ALTER TABLE "execution" ADD COLUMN "rollback" uuid;--> statement-breakpoint
ALTER TABLE "rollback" ADD CONSTRAINT "rollback_asked_principal_principal_id_fk" FOREIGN KEY ("asked_principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_confirmation" ADD CONSTRAINT "rollback_confirmation_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_confirmation" ADD CONSTRAINT "rollback_confirmation_rollback_digest_asked_principal_rollback_id_digest_asked_principal_fk" FOREIGN KEY ("rollback","digest","asked_principal") REFERENCES "public"."rollback"("id","digest","asked_principal") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_item" ADD CONSTRAINT "rollback_item_rollback_rollback_id_fk" FOREIGN KEY ("rollback") REFERENCES "public"."rollback"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_item" ADD CONSTRAINT "rollback_item_execution_execution_id_fk" FOREIGN KEY ("execution") REFERENCES "public"."execution"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollback_item" ADD CONSTRAINT "rollback_item_proposal_id_proposal_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rollback_item_proposal" ON "rollback_item" USING btree ("proposal_id");--> statement-breakpoint
CREATE INDEX "execution_undo_lane" ON "execution" USING btree ("system","account","id") WHERE kind = 'compensate' and state in ('ready', 'leased', 'started');--> statement-breakpoint
CREATE UNIQUE INDEX "execution_one_undo" ON "execution" USING btree ("compensates") WHERE kind = 'compensate' and state not in ('canceled', 'failed');--> statement-breakpoint
ALTER TABLE "execution" ADD CONSTRAINT "execution_undo" CHECK (("execution"."kind" = 'compensate') = ("execution"."compensates" is not null) and ("execution"."kind" = 'compensate') = ("execution"."rollback" is not null));