import type { Mutant } from './mutant.ts';

const GUARDS = ['test/db/guards.test.ts'];
const HAND_OFF = ['test/db/lifecycle/hand-off.test.ts'];
const RACES = ['test/db/lifecycle/races.test.ts'];
const DECIDING = ['test/db/lifecycle/deciding.test.ts'];
const REVIEW = ['test/db/lifecycle/review.test.ts'];

/** Guards in Postgres. */
export const DATABASE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'the audit is append-only',
    in: 'migrations',
    from: 'create trigger audit_event_append_only before update or delete on audit_event',
    to: 'create trigger audit_event_append_only before delete on audit_event',
    seenBy: GUARDS,
  },
  {
    guard: 'the guards hold in replica mode',
    in: 'migrations',
    from: 'alter table decision enable always trigger decision_append_only;',
    to: 'select 1;',
    seenBy: GUARDS,
  },
  {
    guard: 'a transition has its audit event in the same commit',
    in: 'migrations',
    from: 'deferrable initially deferred for each row execute function transition_is_audited()',
    to: 'deferrable initially deferred for each row when (false) execute function transition_is_audited()',
    seenBy: GUARDS,
  },
  {
    guard: 'what was proposed never changes',
    in: 'migrations',
    from: 'new.claimed_impact, new.amount, new.currency,',
    to: 'new.claimed_impact, old.amount, new.currency,',
    seenBy: GUARDS,
  },
  {
    guard: 'a proposal goes only where its state may go',
    in: 'migrations',
    from: 'if new.state <> old.state and not proposal_may_follow(old.state, new.state) then',
    to: 'if false then',
    seenBy: GUARDS,
  },
  {
    guard: 'who asked for it does not decide (the database)',
    in: 'migrations',
    from: 'CONSTRAINT "vote_four_eyes" CHECK (not ("vote"."identities" && "vote"."requesters"))',
    to: 'CONSTRAINT "vote_four_eyes" CHECK (true)',
    seenBy: GUARDS,
  },
  {
    guard: 'nobody speaks twice (the database)',
    in: 'migrations',
    from: 'CREATE UNIQUE INDEX "vote_one_',
    to: 'CREATE INDEX "vote_one_',
    seenBy: [...GUARDS, ...DECIDING],
  },
  {
    guard: 'a change is applied to the version that was read',
    in: 'migrations',
    from: "if p.version is distinct from (c ->> 'version')::integer then",
    to: 'if p.version is null then',
    seenBy: RACES,
  },
  {
    guard: 'what has expired is not decided any more',
    in: 'migrations',
    from: "(c ->> 'unexpired')::boolean and p.expires_at <= t",
    to: "(c ->> 'unexpired')::boolean and p.expires_at <= t - interval '1 day'",
    seenBy: ['test/db/time/freeze.test.ts', ...RACES, 'test/db/time/steps.test.ts'],
  },
  {
    guard: 'who has lost the lease records nothing',
    in: 'migrations',
    from: "if held.fence is distinct from (x ->> 'fence')::integer then",
    to: 'if held.fence is null then',
    seenBy: HAND_OFF,
  },
  {
    guard: 'a lease that is passed on begins nothing',
    in: 'migrations',
    from: "if e.fence <> p_fence or e.state not in ('leased', 'started')",
    to: "if e.state not in ('leased', 'started')",
    seenBy: HAND_OFF,
  },
  {
    guard: 'a switch waits for the writes that are beginning',
    in: 'migrations',
    from: 'select off into switches from switchboard where id = 1 for share;',
    to: 'select off into switches from switchboard where id = 1;',
    seenBy: RACES,
  },
  {
    guard: 'no write begins that is switched off',
    in: 'migrations',
    from: "when 'forward' then switched_off(switches, e.agent, e.system, e.workflow) is not null",
    to: "when 'forward' then false",
    seenBy: [...RACES, 'test/db/lifecycle/main-job.test.ts'],
  },
  {
    guard: 'what the agent decides alone stays within its budgets',
    in: 'migrations',
    from: "> (b ->> 'minor')::numeric then return 'over_'",
    to: "> (b ->> 'minor')::numeric * 100 then return 'over_'",
    seenBy: DECIDING,
  },
  {
    guard: 'sums are taken one after the other',
    in: 'migrations',
    from: "if spent <> (b ->> 'prior')::numeric then return 'stale'; end if;",
    to: '',
    seenBy: DECIDING,
  },
  {
    guard: 'an agent that lost trust decides nothing alone',
    in: 'migrations',
    from: "= 'policy' and exists (select 1 from distrust where agent = p.agent)",
    to: "= 'policy' and false",
    seenBy: REVIEW,
  },
  {
    guard: 'a rollback that does not run undoes nothing',
    in: 'migrations',
    from: "if e.kind = 'compensate' and e.state = 'leased' and not rollback_runs(e.rollback) then return 'changed'; end if;",
    to: '',
    seenBy: ['test/db/lifecycle/claimed-undoing.test.ts'],
  },
  {
    guard: 'a rollback is stopped by its own switch',
    in: 'migrations',
    from: "else switches ? 'rollback' end",
    to: 'else false end',
    seenBy: ['test/db/lifecycle/claimed-undoing.test.ts'],
  },
  {
    guard: 'a write was approved in its time',
    in: 'migrations',
    from: 'p.execute_by <= clock_timestamp() or not exists',
    to: 'false or not exists',
    seenBy: HAND_OFF,
  },
  {
    guard: 'one key is one proposal',
    in: 'migrations',
    from: "when f.body in (known.body, sha256(known.body)) and known.action = f.action then 'known'",
    to: "when true then 'known'",
    seenBy: ['test/db/lifecycle/main-job.test.ts', 'test/db/http/signatures.test.ts'],
  },
];
