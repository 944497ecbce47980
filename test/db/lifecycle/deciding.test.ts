import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import type { Person } from '../../../src/domain/person.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { type DecideResult, decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { lapseReviews, review } from '../../../src/lifecycle/review.ts';
import { takeBack } from '../../../src/lifecycle/take-back.ts';
import { restoreTrust } from '../../../src/lifecycle/trust.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';

let db: FreshDatabase;
const open: (Context & { close(): Promise<void> })[] = [];
let billing: ReturnType<typeof memoryBilling>;

/** One database a test: sums and queues are over everything that is in one. */
beforeEach(async () => {
  db = await freshDatabase();
  billing = memoryBilling();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  await db.drop();
});

/** A desk whose refunds are decided by these tiers (and what else the workflow says). */
async function desk(
  workflow: string,
  options: { org?: string; irreversible?: boolean } = {},
): Promise<Context> {
  const manifests = testManifests(TEST_ENV, (files) => {
    const text = (name: string) => files[name] ?? '';
    const head = text('workflows/refunds.yml').split(/^tiers:/m)[0] ?? '';
    const billingText = options.irreversible
      ? text('systems/billing.yml').replace(
          /^ {4}undo:[\s\S]*?(?=^ {2}\w|(?![\s\S]))/m,
          '    irreversible: it is gone\n',
        )
      : text('systems/billing.yml');
    const heads = head.replace(/^(budget|cumulative):[\s\S]*?(?=^\w)/gm, '');
    return {
      ...files,
      'org.yml': `${text('org.yml').replace(/^floor:[\s\S]*?(?=^\w|(?![\s\S]))/m, '')}\n${options.org ?? ''}`,
      'systems/billing.yml': billingText,
      'workflows/refunds.yml': `${heads}${workflow}`,
    };
  });
  const context = await testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
  open.push(context);
  return context;
}

const PEOPLE = {
  lea: ['ULEA', 'lea@acme.test'],
  max: ['UMAX', 'max@acme.test'],
  dana: ['UDANA', 'dana@acme.test'],
  cfo: ['UCFO', 'cfo@acme.test'],
} as const;
const who = (context: Context, name: keyof typeof PEOPLE): Promise<Person> =>
  member(context, PEOPLE[name][0], PEOPLE[name][1]);

async function click(
  context: Context,
  id: string,
  name: keyof typeof PEOPLE,
  verdict: 'approved' | 'rejected' = 'approved',
): Promise<DecideResult> {
  const { digest } = await getProposal(context.database, id);
  return decide(context, {
    proposalId: id,
    digest: digest ?? '',
    verdict,
    reason: 'because',
    person: await who(context, name),
    groups: GROUPS,
  });
}

async function look(context: Context, id: string): Promise<Proposal> {
  return getProposal(context.database, id);
}

async function hurry(column: string, id: string): Promise<void> {
  const { default: postgres } = await import('postgres');
  const owner = postgres(db.url, { max: 1 });
  await owner`alter table proposal disable trigger all`;
  await owner`update proposal set ${owner({ [column]: new Date(Date.now() - 1_000) })} where id = ${id}`;
  await owner`alter table proposal enable always trigger proposal_moves`;
  await owner`alter table proposal enable always trigger proposal_is_audited`;
  await owner.end();
}

let account = 9_000;
const fresh = () => String((account += 1));

describe('a quorum of two', () => {
  const TWO =
    'tiers:\n  - decide: human\n    approvers: ["@support-leads", dana@acme.test]\n    approvals: 2\n';

  it('takes two different people, and writes only then', async () => {
    const context = await desk(TWO);
    const { id } = await proposed(context);
    expect((await click(context, id, 'lea')).outcome).toBe('decided');
    expect(await look(context, id)).toMatchObject({ state: 'pending', expiresAt: null });
    expect((await click(context, id, 'lea')).outcome).toBe('repeated');
    expect(await executeDue(context, 10)).toBe(0);
    expect((await click(context, id, 'max')).outcome).toBe('decided');
    const after = await look(context, id);
    expect(after).toMatchObject({ state: 'approved' });
    expect(after.decisions.map((each) => each.by.name)).toEqual(['lea', 'max']);
  });

  it('is settled by one rejection, and by who approved it no more', async () => {
    const context = await desk(TWO);
    const { id } = await proposed(context);
    await click(context, id, 'lea');
    expect(await click(context, id, 'lea', 'rejected')).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining('You approved'),
    });
    await click(context, id, 'dana', 'rejected');
    expect((await look(context, id)).state).toBe('rejected');
  });

  it('counts two at the same instant as two', async () => {
    const context = await desk(TWO);
    for (let round = 0; round < 10; round += 1) {
      const { id } = await proposed(context);
      await Promise.all([click(context, id, 'lea'), click(context, id, 'max')]);
      expect((await look(context, id)).state).toBe('approved');
    }
  });
});

describe('a condition', () => {
  it('asks for more where it holds, and only there', async () => {
    const context = await desk(
      "tiers:\n  - when: input.invoice == 'inv_9'\n    decide: named\n    approvers: [dana@acme.test]\n  - decide: agent\n",
    );
    expect(await proposed(context)).toMatchObject({ decide: 'named', state: 'pending' });
    billing.record = {
      ...billing.record,
      invoices: [
        { id: 'inv_9', state: 'paid' },
        { id: 'inv_1', state: 'paid' },
      ],
    };
    expect(
      await proposed(context, { input: { account: '4471', invoice: 'inv_1', amount: '9000.00' } }),
    ).toMatchObject({ decide: 'agent' });
  });
});

describe('the floor', () => {
  const ALONE =
    'tiers:\n  - below: 500\n    decide: agent\n  - decide: human\n    approvers: ["@support-leads"]\n';

  it('keeps from the agent what can not be undone', async () => {
    const low = await desk(ALONE, { irreversible: true });
    expect((await proposed(low, { amount: '10.00' })).decide).toBe('agent');
    const floored = await desk(ALONE, { irreversible: true, org: 'floor: { irreversible: human }\n' });
    expect(await proposed(floored, { amount: '10.00' })).toMatchObject({
      decide: 'human',
      why: "10.00 is below 500.00; it can't be undone",
    });
  });
});

describe('a budget', () => {
  const BUDGET = `budget: { per_account: 500/day, per_agent: 5000/day }
tiers:
  - below: 500
    decide: agent
  - decide: human
    approvers: ["@support-leads"]
`;

  it('asks a human as soon as the sum says so: twelve of 499.00 at once on three processes', async () => {
    const desks = await Promise.all([desk(BUDGET), desk(BUDGET), desk(BUDGET)]);
    const target = fresh();
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        proposed(desks[index % 3] as Context, { amount: '499.00', account: target }),
      ),
    );
    expect(all.filter((each) => each.decide === 'agent')).toHaveLength(1);
    expect(all.filter((each) => each.state === 'pending')).toHaveLength(11);
    expect(all.find((each) => each.decide === 'human')?.why).toBe(
      `499.00 is below 500.00; the agent may decide 500.00 in all for account ${target}, and this would pass it`,
    );
  });

  it('lets the agent go up to it exactly, and not a cent further', async () => {
    const context = await desk(BUDGET);
    const target = fresh();
    expect((await proposed(context, { amount: '250.00', account: target })).decide).toBe('agent');
    expect((await proposed(context, { amount: '250.00', account: target })).decide).toBe('agent');
    expect((await proposed(context, { amount: '0.01', account: target })).decide).toBe('human');
  });

  it('is one for the agent over all accounts too', async () => {
    const context = await desk(BUDGET.replace('5000/day', '900/day'));
    expect((await proposed(context, { amount: '450.00', account: fresh() })).decide).toBe('agent');
    expect((await proposed(context, { amount: '450.00', account: fresh() })).decide).toBe('agent');
    expect(await proposed(context, { amount: '1.00', account: fresh() })).toMatchObject({
      decide: 'human',
      why: '1.00 is below 500.00; the agent may decide 900.00 in all for refund-agent, and this would pass it',
    });
  });
});

describe('a tier picked by the sum', () => {
  const SUM = `cumulative: { per: account, within: 24h }
tiers:
  - up_to: 1000
    decide: human
    approvers: ["@support-leads"]
  - decide: named
    approvers: [dana@acme.test]
`;

  it('counts what was proposed for the account before, and says the sum', async () => {
    const context = await desk(SUM);
    const target = fresh();
    expect((await proposed(context, { amount: '600.00', account: target })).decide).toBe('human');
    expect(await proposed(context, { amount: '600.00', account: target })).toMatchObject({
      decide: 'named',
      why: '600.00 (1200.00 with what was proposed before) is above 1000.00',
    });
    expect((await proposed(context, { amount: '600.00', account: fresh() })).decide).toBe('human');
  });

  it('is right for six at once', async () => {
    const context = await desk(SUM);
    const target = fresh();
    const all = await Promise.all(
      Array.from({ length: 6 }, () => proposed(context, { amount: '400.00', account: target })),
    );
    expect(all.filter((each) => each.decide === 'human')).toHaveLength(2);
  });
});

describe('a review', () => {
  const tiers = (timing: string) =>
    `tiers:\n  - decide: named\n    approvers: [dana@acme.test, lea@acme.test]\n    review: { by: [cfo@acme.test, dana@acme.test], within: 24h, timing: ${timing} }\n`;
  const say = async (
    context: Context,
    id: string,
    name: keyof typeof PEOPLE,
    verdict: 'agreed' | 'objected',
  ) => {
    const { digest } = await look(context, id);
    return review(context, {
      proposalId: id,
      digest: digest ?? '',
      verdict,
      reason: 'not ours',
      person: await who(context, name),
      groups: GROUPS,
    });
  };

  it('comes before the write where the tier says so, and never from who approved', async () => {
    const context = await desk(tiers('before'));
    const { id } = await proposed(context);
    await click(context, id, 'dana');
    expect((await look(context, id)).state).toBe('in_review');
    expect(await executeDue(context, 10)).toBe(0);
    expect(await say(context, id, 'dana', 'agreed')).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining('the second human is another one'),
    });
    expect((await say(context, id, 'cfo', 'agreed')).outcome).toBe('decided');
    await executeDue(context, 10);
    expect(await look(context, id)).toMatchObject({ state: 'executed', review: { state: 'agreed' } });
  });

  it('that objects before the write ends it', async () => {
    const context = await desk(tiers('before'));
    const { id } = await proposed(context);
    await click(context, id, 'dana');
    await say(context, id, 'cfo', 'objected');
    expect(await look(context, id)).toMatchObject({ state: 'rejected', review: { state: 'objected' } });
    expect(await executeDue(context, 10)).toBe(0);
  });

  it('comes before the write by itself where that can not be undone', async () => {
    const context = await desk(tiers('auto'), { irreversible: true });
    const { id } = await proposed(context);
    await click(context, id, 'dana');
    expect((await look(context, id)).state).toBe('in_review');
  });

  it('after the write that objects pages and takes from the agent what it may decide alone, until it is given back', async () => {
    const context = await desk(
      `${tiers('auto').replace('tiers:\n', 'tiers:\n  - below: 500\n    decide: agent\n')}`,
    );
    const { id, number } = await proposed(context);
    await click(context, id, 'dana');
    await executeDue(context, 10);
    expect(await look(context, id)).toMatchObject({ state: 'executed', review: { state: 'awaiting' } });
    await say(context, id, 'cfo', 'objected');
    expect((await look(context, id)).review?.state).toBe('objected');
    const [paged] = await context.database.sql`select 1 from outbox where topic = 'page' and ref = ${id}`;
    expect(paged).toBeDefined();
    expect(await proposed(context, { amount: '10.00', account: fresh() })).toMatchObject({
      decide: 'named',
      why: '10.00 is below 500.00; refund-agent may decide nothing alone until an operator gives that back',
    });
    const lea = await who(context, 'lea');
    const dana = await who(context, 'dana');
    expect(await restoreTrust(context, { agent: 'refund-agent', person: lea, groups: GROUPS })).toMatchObject(
      { outcome: 'refused' },
    );
    expect(await restoreTrust(context, { agent: 'refund-agent', person: dana, groups: GROUPS })).toEqual({
      outcome: 'restored',
    });
    expect((await proposed(context, { amount: '10.00', account: fresh() })).decide).toBe('agent');
    const types = (await listAudit(context.database, { number })).map((event) => event.type);
    expect(types.filter((type) => type === 'decision.recorded')).toHaveLength(2);
  });

  it('that nobody gives in time lapses: nothing is written before it, and after it the agent loses trust', async () => {
    const before = await desk(tiers('before'));
    const first = await proposed(before);
    await click(before, first.id, 'dana');
    await hurry('review_due_at', first.id);
    expect(await lapseReviews(before)).toBe(1);
    expect(await look(before, first.id)).toMatchObject({ state: 'expired', review: { state: 'lapsed' } });
    const after = await desk(tiers('after'));
    const second = await proposed(after);
    await click(after, second.id, 'dana');
    await executeDue(after, 10);
    await hurry('review_due_at', second.id);
    const swept = await Promise.all([lapseReviews(after), lapseReviews(after), lapseReviews(after)]);
    expect(swept.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(await look(after, second.id)).toMatchObject({ state: 'executed', review: { state: 'lapsed' } });
    await restoreTrust(after, { agent: 'refund-agent', person: await who(after, 'dana'), groups: GROUPS });
  });
});

describe('a hold', () => {
  const HOLD = 'tiers:\n  - decide: named\n    approvers: [dana@acme.test]\n    hold: 1h\n';
  const back = async (context: Context, id: string, name: keyof typeof PEOPLE) => {
    const { digest } = await look(context, id);
    return takeBack(context, {
      proposalId: id,
      digest: digest ?? '',
      person: await who(context, name),
      groups: GROUPS,
    });
  };

  it('keeps the write back, and lets who may decide take it back', async () => {
    const context = await desk(HOLD);
    const { id } = await proposed(context);
    await click(context, id, 'dana');
    expect(await executeDue(context, 10)).toBe(0);
    expect(await back(context, id, 'lea')).toMatchObject({ outcome: 'refused' });
    expect((await back(context, id, 'dana')).outcome).toBe('decided');
    const after = await look(context, id);
    expect(after).toMatchObject({ state: 'rejected', execution: { state: 'canceled' } });
    expect(after.decisions.map((each) => each.kind)).toEqual(['approve', 'take_back']);
  });

  it('can not be taken back once the write has begun', async () => {
    const context = await desk(HOLD.replace('    hold: 1h\n', ''));
    for (let round = 0; round < 10; round += 1) {
      const { id } = await proposed(context);
      await click(context, id, 'dana');
      const [, result] = await Promise.all([executeDue(context, 10), back(context, id, 'dana')]);
      const after = await look(context, id);
      expect([after.state, result.outcome]).toEqual(
        after.state === 'rejected' ? ['rejected', 'decided'] : ['executed', 'refused'],
      );
      expect(billing.writes.filter((write) => write.key === after.execution?.id)).toHaveLength(
        after.state === 'executed' ? 1 : 0,
      );
    }
  });
});
