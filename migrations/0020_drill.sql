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
ALTER TABLE "drill" ADD CONSTRAINT "drill_principal_principal_id_fk" FOREIGN KEY ("principal") REFERENCES "public"."principal"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "drill_one_a_system" ON "drill" USING btree ("system") WHERE state <> 'done';