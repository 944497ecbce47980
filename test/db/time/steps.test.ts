import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { escalateDue } from '../../../src/lifecycle/escalate.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, post, proposed } from '../../support/desk.ts';
import { withTimes } from '../../support/times.ts';

let db: FreshDatabase;
let owner: postgres.Sql;
/** Three processes over one database, as far as the database can tell. */
let desks: (Context & { close(): Promise<void> })[];

beforeAll(async () => {
  db = await freshDatabase();
  owner = postgres(db.url, { max: 1, onnotice: () => {} });
  const billing = memoryBilling();
  const manifests = testManifests(undefined, withTimes);
  const options = { url: db.appUrl, connectorOf: () => billing, manifests };
  desks = await Promise.all(['a', 'b', 'c'].map((worker) => testContext({ ...options, worker })));
});
afterAll(async () => {
  await Promise.all(desks.map((desk) => desk.close()));
  await owner.end();
  await db.drop();
});

const first = (): Context => {
  const [desk] = desks;
  if (!desk) throw new Error('there is no desk');
  return desk;
};

/** As if all of it had happened so long ago. */
async function age({ id }: Pick<Proposal, 'id'>, ms: number): Promise<void> {
  await owner`update step set due_at = due_at - ${ms} * interval '1 millisecond' where proposal_id = ${id} and done_at is null`;
}

const now = ({ id }: Pick<Proposal, 'id'>) => getProposal(first().database, id);

const eventsOf = async ({ id }: Pick<Proposal, 'id'>) => {
  const rows = await owner<{ type: string; data: Record<string, unknown> }[]>`
    select type, data from audit_event where stream = ${id} and type like 'proposal.%ed' order by seq`;
  return rows.filter(({ type }) => /escalated|reminded/.test(type));
};

const MINUTE = 60_000;

describe('a proposal that waits', () => {
  it('is due by its SLA, and reminded, handed on and paged about in order', async () => {
    const proposal = await proposed(first());
    expect(proposal.dueAt?.getTime()).toBe((proposal.judgedAt?.getTime() ?? 0) + 30 * MINUTE);
    expect(await escalateDue(first())).toBe(0);
    await age(proposal, 15 * MINUTE);
    expect(await escalateDue(first())).toBe(1);
    expect((await now(proposal)).added).toEqual([]);
    await age(proposal, 15 * MINUTE);
    await escalateDue(first());
    expect((await now(proposal)).added).toEqual([
      { who: { kind: 'email', email: 'dana@acme.test' }, late: false },
    ]);
    await age(proposal, 30 * MINUTE);
    await escalateDue(first());
    await escalateDue(first());
    const events = await eventsOf(proposal);
    expect(events.map(({ type, data }) => [type, data.step, data.added, data.page])).toEqual([
      ['proposal.reminded', 0, [], false],
      ['proposal.escalated', 1, ['dana@acme.test'], false],
      ['proposal.escalated', 2, ['cfo@acme.test'], true],
    ]);
  });

  it('after an hour of nobody ticking, does what is overdue once and in order', async () => {
    const proposal = await proposed(first());
    await age(proposal, 2 * 60 * MINUTE);
    await escalateDue(first());
    expect((await eventsOf(proposal)).map(({ data }) => data.step)).toEqual([0, 1, 2]);
    expect((await now(proposal)).added.map(({ late }) => late)).toEqual([true, true]);
  });

  it('is left alone once somebody has decided', async () => {
    const proposal = await proposed(first());
    const lea = await member(first(), 'ULEA', 'lea@acme.test');
    const click = { proposalId: proposal.id, digest: proposal.digest ?? '', reason: null, groups: GROUPS };
    expect(await decide(first(), { ...click, verdict: 'approved', person: lea })).toMatchObject({
      outcome: 'decided',
    });
    await age(proposal, 120 * MINUTE);
    await escalateDue(first());
    expect(await eventsOf(proposal)).toEqual([]);
  });

  it('may be decided by whom a step adds, from then on and not before', async () => {
    const proposal = await proposed(first());
    const dana = await member(first(), 'UDANA', 'dana@acme.test');
    const click = { proposalId: proposal.id, digest: proposal.digest ?? '', reason: null, groups: GROUPS };
    const approve = () => decide(first(), { ...click, verdict: 'approved', person: dana });
    expect(await approve()).toMatchObject({ outcome: 'refused' });
    await age(proposal, 30 * MINUTE);
    await escalateDue(first());
    expect(await approve()).toMatchObject({ outcome: 'decided' });
  });
});

describe('ten thousand steps that are due', () => {
  it('happen once each, over three processes whose ticks double', async () => {
    const count = 10_000;
    const one = await proposed(first(), post({ account: '90210' }));
    await owner.unsafe(`
      alter table proposal disable trigger user; alter table round disable trigger user; alter table round enable always trigger round_digest;
      insert into proposal (id, agent, body, action, system, workflow, account, summary, input, reason, evidence, metadata, currency, tier,
        decide, why, policy, reversible, requesters, state, version, round, judged_at, expires_at, events)
      select gen_random_uuid(), agent, body, action, system, workflow, 'flood', summary, input, reason, evidence, metadata, currency, tier,
        decide, why, policy, reversible, requesters, 'pending', 2, 1, now(), now() + interval '8 hours', 2
      from proposal, generate_series(1, ${count}) where id = '${one.id}';
      alter table proposal enable always trigger proposal_moves; alter table proposal enable always trigger proposal_kept;
      alter table proposal enable always trigger proposal_is_audited; alter table proposal enable always trigger proposal_waited;
      insert into step (proposal_id, round, n, due_at, what)
      select id, 1, 0, now() - interval '1 second', '{"remind": true, "add": [], "page": false}' from proposal where account = 'flood';`);
    const ticks = [...desks, ...desks].map((desk) => escalateDue(desk));
    await Promise.all(ticks);
    await Promise.all([...desks, ...desks].map((desk) => escalateDue(desk)));
    const [done] = await owner<{ events: number; proposals: number; left: number }[]>`
      select count(*)::int as events, count(distinct a.stream)::int as proposals,
        (select count(*)::int from step s join proposal p on p.id = s.proposal_id where p.account = 'flood' and s.done_at is null) as left
      from audit_event a join proposal p on p.id::text = a.stream where p.account = 'flood' and a.type = 'proposal.reminded'`;
    expect(done).toEqual({ events: count, proposals: count, left: 0 });
  }, 120_000);
});

/** SWEEP_OPEN=1000000 is the whole of it, with 10,000 due; in `npm test` a hundredth. */
const OPEN = Number(process.env.SWEEP_OPEN ?? 10_000);
const DUE = OPEN / 100;

describe(`a sweep over ${OPEN.toLocaleString('en-US')} open proposals`, () => {
  beforeAll(async () => {
    await owner.unsafe(`
      alter table proposal disable trigger user;
      insert into proposal (id, agent, body, action, system, workflow, account, summary, input, reason, evidence, metadata, currency, tier,
        decide, why, policy, reversible, requesters, state, version, round, judged_at, expires_at, events)
      select gen_random_uuid(), agent, body, action, system, workflow, 'crowd', summary, input, reason, evidence, metadata, currency, tier,
        decide, why, policy, reversible, requesters, 'pending', 2, 1, now(), now() + interval '8 hours', 2
      from (select * from proposal where account = '90210' limit 1) p, generate_series(1, ${OPEN});
      insert into step (proposal_id, round, n, due_at, what)
      select id, 1, 9, now() + interval '1 hour', '{"remind": true, "add": [], "page": false}' from proposal where account = 'crowd';
      update step set due_at = now() - interval '1 minute' where n = 9 and proposal_id in
        (select id from proposal where account = 'crowd' order by id limit ${DUE});
      update proposal set expires_at = now() - interval '1 minute' where id in
        (select id from proposal where account = 'crowd' order by id limit ${DUE});
      update proposal set state = 'approved', expires_at = null, execute_by = now() + interval '1 hour' where id in
        (select id from proposal where account = 'crowd' order by id desc limit ${OPEN / 2});
      update proposal set execute_by = now() - interval '1 minute' where id in
        (select id from proposal where account = 'crowd' order by id desc limit ${DUE});
      alter table proposal enable always trigger proposal_moves; alter table proposal enable always trigger proposal_kept;
      alter table proposal enable always trigger proposal_is_audited; alter table proposal enable always trigger proposal_waited`);
    await owner.unsafe('vacuum analyze step');
    await owner.unsafe('vacuum analyze proposal');
  }, 600_000);

  const planOf = async (query: string): Promise<Plan[]> => {
    const [row] = await owner.unsafe<{ 'QUERY PLAN': [{ Plan: Plan }] }[]>(
      `explain (analyze, format json) ${query}`,
    );
    return flat(row?.['QUERY PLAN'][0].Plan);
  };

  it('reads only the steps that are due', async () => {
    const nodes = await planOf(`select * from due_steps(now(), ${OPEN})`);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const step = nodes.find((node) => node['Index Name'] === 'step_due');
    expect(step?.['Index Cond']).toContain('due_at <=');
    expect(step?.['Actual Rows']).toBe(DUE);
    expect(
      nodes.filter((node) => node['Relation Name'] === 'proposal').map((node) => node['Actual Loops']),
    ).toEqual([DUE]);
  });

  it('reads only what expires, soonest first', async () => {
    const nodes = await planOf(`select p.id from proposal p join switchboard b on b.id = 1
      where p.state in ('received', 'pending', 'in_review') and p.expires_at <= statement_timestamp()
        and not is_undelivered(p.id, p.round, p.state, p.expires_at)
        and switched_off(b.off, p.agent, p.system, p.workflow) is null
      order by p.expires_at limit ${OPEN}`);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const expiry = nodes.find((node) => node['Index Name'] === 'proposal_expiry');
    expect(expiry?.['Actual Rows']).toBe(DUE);
  });

  it('reads only what was approved and not begun in time', async () => {
    const nodes = await planOf(`select e.id from proposal p join switchboard b on b.id = 1
      cross join lateral (select f.id, f.fence from execution f
        where f.proposal_id = p.id and f.round = p.round and f.kind = 'forward'
          and (f.state = 'ready' or (f.state = 'leased' and f.lease_until < statement_timestamp())) limit 1) e
      where p.state = 'approved' and p.execute_by <= statement_timestamp() and p.id <> all ('{}'::uuid[])
        and switched_off(b.off, p.agent, p.system, p.workflow) is null
      order by p.execute_by limit 100`);
    const late = nodes.filter((node) => node['Relation Name'] === 'proposal');
    expect(late.map((node) => node['Index Name'])).toEqual(['proposal_late']);
    expect(late[0]?.['Actual Rows']).toBe(DUE);
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

function flat(plan: Plan | undefined): Plan[] {
  return plan ? [plan, ...(plan.Plans ?? []).flatMap(flat)] : [];
}
