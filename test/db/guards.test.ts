import { randomUUID } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { PROPOSAL_STATES, type Proposal, TRANSITIONS } from '../../src/domain/proposal.ts';
import { decide } from '../../src/lifecycle/decide.ts';
import { testContext } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../support/desk.ts';
import { decideByHand, ERASED, executeByHand, hex } from '../support/written-by-hand.ts';

let db: FreshDatabase;
let owner: Sql;
let app: Sql;
let context: Context & { close(): Promise<void> };
let waiting: Proposal;
let approved: Proposal;
let rejected: Proposal;

beforeAll(async () => {
  db = await freshDatabase();
  owner = postgres(db.url, { max: 1, onnotice: () => {} });
  app = postgres(db.appUrl, { max: 1, onnotice: () => {} });
  const billing = memoryBilling();
  context = await testContext({ url: db.appUrl, connectorOf: () => billing });
  const lea = await member(context, 'ULEA', 'lea@acme.test');
  waiting = await proposed(context);
  const judge = async (verdict: 'approved' | 'rejected') => {
    const proposal = await proposed(context);
    const deciding = {
      proposalId: proposal.id,
      digest: proposal.digest ?? '',
      verdict,
      reason: 'because',
      person: lea,
      groups: GROUPS,
    };
    const result = await decide(context, deciding);
    if (result.outcome !== 'decided') throw new Error(JSON.stringify(result));
    return result.proposal;
  };
  approved = await judge('approved');
  rejected = await judge('rejected');
  await owner`insert into audit_value (stream, seq, path, salt, value) values (${waiting.id}, 1, '/input/iban', '\\x00', '1')`;
});
afterAll(async () => {
  await Promise.all([owner.end(), app.end(), context.close()]);
  await db.drop();
});

/** With what it is refused for, where something else would refuse it too. */
const ILLEGAL: [string, (sql: Sql) => PromiseLike<unknown>, RegExp?][] = [
  ['editing an audit event', (sql) => sql`update audit_event set actor = 'nobody'`],
  ['deleting an audit event', (sql) => sql`delete from audit_event`],
  ['truncating the audit', (sql) => sql`truncate audit_event`],
  ['truncating the rest partition', (sql) => sql`truncate audit_event_rest`],
  ['editing a decision', (sql) => sql`update decision set verdict = 'approved'`],
  ['editing a vote', (sql) => sql`update vote set by_name = 'the CFO'`],
  ['deleting a vote', (sql) => sql`delete from vote`],
  ['truncating votes', (sql) => sql`truncate vote cascade`],
  [
    'a decision that nobody voted for',
    (sql) => sql`insert into decision (proposal_id, round, stage, verdict, digest, principal, kind)
      values (${waiting.id}, 1, 'approve', 'approved', decode(${hex(waiting)}, 'hex'), 'agent:refund-agent', 'approve')`,
  ],
  ['deleting a decision', (sql) => sql`delete from decision where proposal_id = ${rejected.id}`],
  ['editing what was shown', (sql) => sql`update round set envelope = '{}'`],
  ['truncating decisions', (sql) => sql`truncate decision cascade`],
  ['editing a version of the manifests', (sql) => sql`update manifest_version set files = '{}'`],
  ['a second decision of one stage', (sql) => decideByHand(sql, rejected, { stage: 'approve' })],
  [
    'a decision by who asked for it',
    (sql) => decideByHand(sql, waiting, { stage: 'approve', identities: ['email:sam@acme.test'] }),
  ],
  [
    'one person approving and reviewing',
    (sql) => decideByHand(sql, approved, { principal: approved.decisions[0]?.principal ?? '' }),
  ],
  [
    'a decision on other bytes',
    (sql) => decideByHand(sql, waiting, { stage: 'approve', digest: '00'.repeat(32) }),
  ],
  ['a write that nobody approved', (sql) => executeByHand(sql, waiting, randomUUID())],
  ['a write of what was rejected', (sql) => executeByHand(sql, rejected, randomUUID())],
  ['a second write of one round', (sql) => executeByHand(sql, approved, approved.execution?.id ?? '')],
  ['a write under another key than was approved', (sql) => executeByHand(sql, approved, randomUUID())],
  [
    'changing what was proposed',
    (sql) => sql`update proposal set input = '{}', version = version + 1 where id = ${waiting.id}`,
    /what was proposed never changes/,
  ],
  [
    'lowering the amount',
    (sql) => sql`update proposal set amount = 1, version = version + 1 where id = ${waiting.id}`,
    /what was proposed never changes/,
  ],
  [
    'a transition without an audit event',
    (sql) => sql`update proposal set state = 'expired', version = version + 1 where id = ${waiting.id}`,
  ],
  [
    'a rejected proposal becoming approved',
    (sql) => sql`update proposal set state = 'approved', version = version + 1 where id = ${rejected.id}`,
    /does not go from rejected to approved/,
  ],
  [
    'judging a round by another policy than its own',
    (sql) =>
      sql`update proposal set reversible = not reversible, version = version + 1 where id = ${waiting.id}`,
  ],
  ['deleting a proposal', (sql) => sql`delete from proposal where id = ${waiting.id}`],
  [
    'a proposal that begins as approved',
    (sql) => sql`
    insert into proposal select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'state', 'approved', 'idempotency_key', 'x'))).*
    from proposal p where id = ${waiting.id}`,
  ],
  [
    'erasing what waits to be decided',
    (sql) => sql`update proposal set ${ERASED(sql)} where id = ${waiting.id}`,
    /erased once, whole, and only when it is settled/,
  ],
  [
    'erasing a part of what is settled',
    (
      sql,
    ) => sql`update proposal set erased_at = now(), version = version + 1, events = events + 1, input = '{"amount": "1.00"}'
      where id = ${rejected.id}`,
    /erased once, whole/,
  ],
  [
    'changing more while it is erased',
    (sql) => sql`update proposal set ${ERASED(sql)}, amount = 1 where id = ${rejected.id}`,
    /erased once, whole/,
  ],
  [
    'erasing without an event that says so',
    (
      sql,
    ) => sql`with told as (select append_events(id::text, events + 1, '[{"type": "proposal.expired", "actor": "x"}]', agent, system, account, number)
        from proposal where id = ${rejected.id})
      update proposal set ${ERASED(sql)} from told where id = ${rejected.id}`,
    /was erased without an audit event/,
  ],
  [
    'erasing what was shown, and keeping the rest',
    (sql) => sql`update round set envelope = '' where proposal_id = ${rejected.id}`,
    /round is append-only/,
  ],
  [
    'giving what was shown another digest',
    (sql) => sql`update round set digest = sha256('x') where proposal_id = ${rejected.id}`,
    /round is append-only/,
  ],
  [
    'showing one thing under the digest of another',
    (sql) => sql`insert into round (proposal_id, round, envelope, digest, requesters, execution)
      select proposal_id, 2, envelope, sha256('x'), requesters, gen_random_uuid() from round where proposal_id = ${rejected.id}`,
    /a digest is that of its envelope/,
  ],
  [
    'showing it as if others had asked',
    (sql) => sql`insert into round (proposal_id, round, envelope, requesters, execution)
      select proposal_id, 2, envelope, '{agent:other}', gen_random_uuid() from round where proposal_id = ${rejected.id}`,
    /who has asked is said by the proposal/,
  ],
  [
    'voting as if others had asked',
    (sql) => decideByHand(sql, waiting, { stage: 'approve', requesters: ['agent:other'] }),
    /who has asked is said by the proposal/,
  ],
  ['deleting a personal value', (sql) => sql`delete from audit_value`, /audit_value is append-only/],
  [
    'editing a personal value',
    (sql) => sql`update audit_value set value = '1'`,
    /audit_value is append-only/,
  ],
  ['truncating the personal values', (sql) => sql`truncate audit_value`, /audit_value is append-only/],
  ['a second switchboard', (sql) => sql`insert into switchboard (id) values (2)`],
  ['moving a write to another proposal', (sql) => sql`update execution set proposal_id = ${waiting.id}`],
  ['deleting a write', (sql) => sql`delete from execution`],
];

describe('the database refuses, even to its owner,', () => {
  it.each(ILLEGAL)('%s', async (_name, attempt, because = /./) => {
    const refusal = await attempt(owner).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(postgres.PostgresError);
    expect(String(refusal)).toMatch(because);
  });

  it('an edit of the audit in replica mode, where ordinary triggers sleep', async () => {
    await owner`set session_replication_role = replica`;
    try {
      await expect(owner`update audit_event set actor = 'nobody'`).rejects.toThrow(/append-only/);
      await expect(owner`update decision set verdict = 'approved'`).rejects.toThrow(/append-only/);
    } finally {
      await owner`set session_replication_role = origin`;
    }
  });

  it('truncating any partition of the audit', async () => {
    const partitions = await owner<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_event'::regclass`;
    expect(partitions.length).toBeGreaterThanOrEqual(4);
    for (const { name } of partitions)
      await expect(owner`truncate ${owner(name)}`).rejects.toThrow(/append-only/);
  });
});

describe('the application, under its own role,', () => {
  it.each([
    'proposal',
    'round',
    'decision',
    'vote',
    'distrust',
    'execution',
    'audit_event',
    'switchboard',
    'outbox',
    'card',
    'principal',
    'identity',
    'manifest_version',
    'bucket',
    'stream',
    'user_group',
    'absence',
    'handover',
    'audit_value',
  ])('may read %s and not write it', async (table) => {
    await app`select 1 from ${app(table)} limit 1`;
    await expect(app`delete from ${app(table)}`).rejects.toThrow(/permission denied/);
    await expect(app`insert into ${app(table)} default values`).rejects.toThrow(/permission denied/);
  });

  it('has no right to insert, change or delete in any table, nor has the writer or the public', async () => {
    const rights = await owner<{ grantee: string; table_name: string; privilege_type: string }[]>`
      select coalesce(r.rolname, 'public') as grantee, c.relname as table_name, a.privilege_type
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
      where n.nspname = 'public' and c.relkind in ('r', 'p') and a.grantee <> c.relowner and a.privilege_type <> 'SELECT'`;
    expect(rights).toEqual([]);
    const [tables] = await owner<{ count: number }[]>`
      select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and has_table_privilege('countersign_app', c.oid, 'select')`;
    expect(tables?.count).toBeGreaterThan(20);
  });

  it('reaches what writes a decision only through the functions that call it', async () => {
    const writing = await owner<{ name: string; callable: boolean }[]>`
      select p.proname as name,
        bool_or(has_function_privilege(r.oid, p.oid, 'execute')) as callable
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      cross join pg_roles r where r.rolname in ('countersign_app', 'countersign_writer')
        and n.nspname = 'public' and p.prosrc ~* 'insert into (decision|vote)'
      group by 1 order by 1`;
    expect(writing.map((each) => ({ ...each }))).toEqual([
      { name: 'append_vote', callable: false },
      { name: 'apply_plain', callable: false },
    ]);
  });

  it('may not call what only the functions call', async () => {
    await expect(app`select append_events('x', 1, '[]', null, null, null, null)`).rejects.toThrow(
      /permission denied/,
    );
    await expect(app`select erase_account('4471', 'x', true)`).rejects.toThrow(/permission denied/);
    await expect(app`select grant_application_role('countersign_app')`).rejects.toThrow(/permission denied/);
  });
});

describe('the states', () => {
  it('may follow each other in Postgres exactly as in the program', async () => {
    for (const from of PROPOSAL_STATES) {
      const rows = await owner<{ to: string }[]>`
        select s as to from unnest(${[...PROPOSAL_STATES] as string[]}::text[]) s where proposal_may_follow(${from}, s)`;
      expect(new Set(rows.map((row) => row.to)), from).toEqual(new Set(TRANSITIONS[from]));
    }
  });
});
