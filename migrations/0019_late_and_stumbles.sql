ALTER TABLE "execution" ADD COLUMN "stumbles" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "proposal_late" ON "proposal" USING btree ("execute_by") WHERE state = 'approved';