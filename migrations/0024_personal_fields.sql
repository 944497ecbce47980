CREATE TABLE "audit_value" (
	"stream" text NOT NULL,
	"seq" integer NOT NULL,
	"path" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"value" text NOT NULL,
	CONSTRAINT "audit_value_stream_seq_path_pk" PRIMARY KEY("stream","seq","path")
);
--> statement-breakpoint
ALTER TABLE "round" ALTER COLUMN "digest" DROP EXPRESSION;--> statement-breakpoint
ALTER TABLE "proposal" ADD COLUMN "erased_at" timestamp with time zone;
--> statement-breakpoint
-- As before, and the personal values of an event go to a table of their own.
create or replace function append_events(p_stream text, p_first integer, p_events jsonb, p_agent text, p_system text, p_account text, p_number bigint)
returns void language plpgsql as $$
begin
  insert into audit_event (stream, seq, type, actor, data, agent, system, account, number)
  select p_stream, p_first + (n - 1)::integer, e ->> 'type', e ->> 'actor', coalesce(e -> 'data', '{}'),
         p_agent, p_system, p_account, p_number
  from jsonb_array_elements(p_events) with ordinality as x (e, n);
  if jsonb_path_exists(p_events, '$[*].kept') then
    insert into audit_value (stream, seq, path, salt, value)
    select p_stream, p_first + (n - 1)::integer, k ->> 'path', decode(k ->> 'salt', 'base64'), k ->> 'value'
    from jsonb_array_elements(p_events) with ordinality as x (e, n) cross join jsonb_array_elements(x.e -> 'kept') k;
  end if;
end $$;
--> statement-breakpoint
create or replace function is_plain(e jsonb) returns boolean language sql immutable as $$
  select e -> 'supersedes' is null and e -> 'kept' is null and (e -> 'judged' is null or (e -> 'judged' -> 'set' ->> 'state' = 'pending'
    and (e -> 'judged') - array['id', 'version', 'set', 'judged', 'round', 'due', 'expires', 'steps', 'events', 'outbox'] = '{}'
    and (e -> 'judged' ->> 'judged')::boolean and e -> 'judged' -> 'round' is not null))
$$;
