-- A write that a second human had to agree to hangs on that decision too. By hand, since drizzle takes it for the other one's twin.
alter table execution add constraint execution_reviewed_fk foreign key (proposal_id, round, digest, review_stage, verdict)
  references decision (proposal_id, round, digest, stage, verdict);
--> statement-breakpoint
create trigger vote_append_only before update or delete on vote for each row execute function refuse_change();
--> statement-breakpoint
alter table vote enable always trigger vote_append_only;
--> statement-breakpoint
create trigger vote_kept before truncate on vote for each statement execute function refuse_change();
--> statement-breakpoint
alter table vote enable always trigger vote_kept;
