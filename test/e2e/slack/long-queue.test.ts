import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { listPiles, pageOfWaiting, readWaiting } from '../../../src/store/waiting.ts';
import { decidingManifests } from '../../support/deciding-manifests.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

/** LONG_QUEUE=10000 is the whole of it. */
const FLOOD = Number(process.env.LONG_QUEUE ?? 600);
const HERE = '#agent-ops';
let office: Office;
let owner: postgres.Sql;
let flooded: Proposal;
let named: Proposal;

beforeAll(async () => {
  const manifests = decidingManifests(
    'tiers:\n  - up_to: 5000\n    decide: human\n    approvers: ["@support-leads"]\n    approvals: 2\n    notify: none\n    review: { by: [cfo@acme.test], timing: before }\n  - decide: named\n    approvers: [dana@acme.test]\n    notify: none\n',
  );
  office = await openOffice({ workspace: { rateLimits: false }, manifests });
  owner = postgres(office.database.url, { max: 1, onnotice: () => {} });
  flooded = await proposed(office.desk.context, { account: '7001' });
  named = await proposed(office.desk.context, { amount: '6000.00', account: '7002' });
  await flood('pending', `state, version, round, expires_at`, `'pending', 2, 1, now() + interval '1 hour'`);
}, 60_000);
afterAll(async () => {
  await owner.end();
  await office.close();
});

/** Many of the first tier, which all end before the named one. */
async function flood(account: string, columns: string, values: string): Promise<void> {
  await owner.unsafe(`
    alter table proposal disable trigger user;
    alter table round disable trigger user;
    insert into proposal (id, agent, body, action, system, workflow, account, summary, input, reason, evidence, metadata, currency, tier,
      decide, why, policy, reversible, requesters, judged_at, events, ${columns})
    select gen_random_uuid(), agent, body, action, system, workflow, 'flood-${account}', summary, input, reason, evidence, metadata, currency,
      tier, decide, why, policy, reversible, requesters, now(), 2, ${values}
    from proposal, generate_series(1, ${FLOOD}) where id = '${flooded.id}';
    insert into round (proposal_id, round, envelope, digest, requesters, execution) select p.id, r.round, r.envelope, r.digest, r.requesters, gen_random_uuid() from proposal p, round r
      where p.account = 'flood-${account}' and r.proposal_id = '${flooded.id}' on conflict do nothing;
    alter table proposal enable trigger user;
    alter table round enable trigger user;
    analyze proposal;`);
}

async function due({ id }: Proposal, at: string): Promise<void> {
  await owner.unsafe(`alter table proposal disable trigger user; update proposal set due_at = ${at} where id = '${id}';
    alter table proposal enable trigger user;`);
}

const said = (handle: string, command: string) => office.as(handle).told(command, HERE);

const homeSaying = (handle: string, text: string) => office.as(handle).homeSaying(text);

const figure = (count: number) => count.toLocaleString('en-US');

describe(`with ${figure(FLOOD)} proposals waiting`, () => {
  it('status and pending count them all, and what is partly decided or late comes first', async () => {
    const { database } = office.desk.context;
    const lea = office.as('lea');
    await lea.click(await lea.message('#refund-approvals', `#${flooded.number} `), 'Approve');
    await lea.waitFor(
      async () => (await getProposal(database, flooded.id)).decisions.length === 1,
      'the first of two',
    );
    expect(await said('dana', '/agent status')).toContain(`${figure(FLOOD + 2)} proposals to decide`);
    const pending = await said('dana', '/agent pending');
    expect(pending).toContain(`${figure(FLOOD + 2)} proposals wait for a decision.`);
    expect(pending).toContain(`… ${figure(FLOOD + 2 - 15)} more`);
    const { count, first } = await readWaiting(database, 3);
    expect(count).toBe(FLOOD + 2);
    expect(first[0]?.id).toBe(flooded.id);
    await due(named, `now() - interval '1 hour'`);
    expect((await readWaiting(database, 2)).first.map(({ id }) => id)).toEqual([flooded.id, named.id]);
    await due(named, 'null');
    expect((await readWaiting(database, FLOOD + 2)).first.at(-1)?.id).toBe(named.id);
  });

  it('is read page by page, each once', async () => {
    const { database } = office.desk.context;
    const choice = { piles: await listPiles(database, 'decide') };
    const seen: string[] = [];
    let after: Parameters<typeof pageOfWaiting>[3]['after'];
    do {
      const page = await pageOfWaiting(database, 'decide', choice, { after, limit: 250 });
      seen.push(...page.proposals.map(({ id }) => id));
      after = page.next;
    } while (after);
    expect(seen).toHaveLength(FLOOD + 2);
    expect(new Set(seen).size).toBe(FLOOD + 2);
  });

  it('App Home shows whoever decides the last of them that it waits, and says how many more there are', async () => {
    const dana = office.as('dana');
    expect(dana.textOf(await homeSaying('dana', `#${named.number} `))).toContain(
      '1 proposal, the most urgent',
    );
    const max = office.as('max');
    const home = max.textOf(await homeSaying('max', 'Page 1 of 20'));
    expect(home).toContain(`${figure(FLOOD + 1)} proposals, the most urgent first.`);
    expect(home).toContain(`… ${figure(FLOOD + 1 - 200)} more follow`);
    expect(home.indexOf(`#${flooded.number} `)).toBeGreaterThan(0);
  });

  it('a digest lists what waits for its reader, and how many more', async () => {
    const { database } = office.desk.context;
    await database.sql`select enqueue_now('[{"topic": "digest", "ref": "U0DANAWHITF"}, {"topic": "digest", "ref": "U0MAXODE001"}]')`;
    const dana = office.as('dana');
    const direct = await dana.message('@countersign', '1 proposal waits for you.');
    expect(dana.textOf(direct)).toContain(`#${named.number} `);
    const max = office.as('max');
    const text = max.textOf(
      await max.message('@countersign', `${figure(FLOOD + 1)} proposals wait for you.`),
    );
    expect(text).toContain(`… ${figure(FLOOD + 1 - 15)} more`);
    expect(text.indexOf(`#${flooded.number} `)).toBeGreaterThan(0);
  });

  it('the second human is told how many more there are to review', async () => {
    await flood(
      'review',
      `state, version, round, review_state, review_due_at`,
      `'in_review', 2, 1, 'awaiting', now() + interval '1 hour'`,
    );
    const cfo = office.as('cfo');
    const home = await homeSaying('cfo', 'For you to review');
    expect(cfo.textOf(home)).toContain(`… ${figure(FLOOD - 10)} more follow as you review these`);
    expect(await said('dana', '/agent status')).toContain(`${figure(2 * FLOOD + 2)} proposals to decide`);
  });
});
