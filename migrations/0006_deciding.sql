CREATE TABLE "distrust" (
	"agent" text PRIMARY KEY NOT NULL,
	"because" text NOT NULL,
	"since" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
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
	"reason" text,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "vote_proposal_id_round_principal_kind_pk" PRIMARY KEY("proposal_id","round","principal","kind"),
	CONSTRAINT "vote_stage" CHECK ("vote"."stage" in ('approve', 'review')),
	CONSTRAINT "vote_kind" CHECK (("vote"."stage", "vote"."kind") in (('approve', 'approve'), ('approve', 'reject'), ('approve', 'take_back'), ('review', 'agree'), ('review', 'object'))),
	CONSTRAINT "vote_four_eyes" CHECK (not ("vote"."identities" && "vote"."requesters"))
);
--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_one_each";--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_kind";--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_four_eyes";--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_verdict";--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_principal_principal_id_fk";
--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_proposal_id_requesters_proposal_id_requesters_fk";
--> statement-breakpoint
ALTER TABLE "proposal" ALTER COLUMN "expires_at" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "execution" ADD COLUMN "review_stage" text;--> statement-breakpoint
ALTER TABLE "proposal" ADD COLUMN "review_state" text;--> statement-breakpoint
ALTER TABLE "proposal" ADD COLUMN "review_due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_proposal_id_round_digest_round_proposal_id_round_digest_fk" FOREIGN KEY ("proposal_id","round","digest") REFERENCES "public"."round"("proposal_id","round","digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_proposal_id_requesters_proposal_id_requesters_fk" FOREIGN KEY ("proposal_id","requesters") REFERENCES "public"."proposal"("id","requesters") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "vote_one_each" ON "vote" USING btree ("proposal_id","round","principal") WHERE kind <> 'take_back';--> statement-breakpoint
CREATE UNIQUE INDEX "vote_taken_back_once" ON "vote" USING btree ("proposal_id","round") WHERE kind = 'take_back';--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_proposal_id_round_principal_kind_vote_proposal_id_round_principal_kind_fk" FOREIGN KEY ("proposal_id","round","principal","kind") REFERENCES "public"."vote"("proposal_id","round","principal","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "proposal_review" ON "proposal" USING btree ("review_due_at") WHERE review_state = 'awaiting';--> statement-breakpoint
CREATE INDEX "proposal_sum" ON "proposal" USING btree ("workflow","account","judged_at");--> statement-breakpoint
CREATE INDEX "proposal_alone" ON "proposal" USING btree ("workflow","agent","judged_at") WHERE decide = 'agent';--> statement-breakpoint
ALTER TABLE "decision" DROP COLUMN "requesters";--> statement-breakpoint
ALTER TABLE "decision" DROP COLUMN "identities";--> statement-breakpoint
ALTER TABLE "decision" DROP COLUMN "by_id";--> statement-breakpoint
ALTER TABLE "decision" DROP COLUMN "by_name";--> statement-breakpoint
ALTER TABLE "decision" DROP COLUMN "reason";--> statement-breakpoint
ALTER TABLE "decision" DROP COLUMN "good_until";--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_verdict" CHECK (("decision"."verdict", "decision"."kind") in (('approved', 'approve'), ('approved', 'agree'), ('rejected', 'reject'), ('rejected', 'object')));--> statement-breakpoint
ALTER TABLE "execution" ADD CONSTRAINT "execution_reviewed" CHECK ("execution"."review_stage" = 'review');--> statement-breakpoint
ALTER TABLE "proposal" ADD CONSTRAINT "proposal_review_state" CHECK ("proposal"."review_state" in ('awaiting', 'agreed', 'objected', 'lapsed'));