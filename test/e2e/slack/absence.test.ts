import { afterEach, describe, expect, it } from 'vitest';
import { listAudit } from '../../../src/store/audit.ts';
import { listCards } from '../../../src/store/cards.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { decidingManifests } from '../../support/deciding-manifests.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const CHANNEL = '#refund-approvals';
const BOT = '@countersign';
const HERE = '#agent-ops';
let office: Office;
afterEach(() => office.close());

async function open(tier: string): Promise<void> {
  const manifests = decidingManifests(`tiers:\n  - ${tier.trim().replace(/\n/g, '\n    ')}\n`);
  office = await openOffice({ workspace: { rateLimits: false }, manifests });
}

const said = (handle: string, command: string) => office.as(handle).told(command, HERE);

const NAMED = 'decide: named\napprovers: [dana@acme.test]\ndelegates: any';

describe('/agent delegate', () => {
  it('moves what waits to who was asked, who then decides for them', async () => {
    await open(NAMED);
    const { id, number } = await proposed(office.desk.context);
    const dana = office.as('dana');
    const first = await dana.message(BOT, `#${number} `);
    expect(await said('dana', '/agent delegate @lea until friday')).toMatch(
      /Lea Brandt decides for you until Fri \d+ \w+ 00:00 America\/New_York/,
    );
    const lea = office.as('lea');
    const direct = await lea.message(BOT, `#${number} `);
    expect(lea.textOf(direct)).toContain('Lea Brandt decides for them');
    await lea.click(direct, 'Approve');
    await dana.waitFor(
      async () => dana.textOf(await dana.reread(first)).includes('Approved by Lea Brandt for Dana Whitfield'),
      'the outcome on every copy',
    );
    expect((await getProposal(office.desk.context.database, id)).decisions[0]).toMatchObject({
      by: { name: 'Lea Brandt' },
      for: { id: 'U0DANAWHITF', name: 'Dana Whitfield' },
    });
    const events = await listAudit(office.desk.context.database, { number });
    expect(events.find(({ type }) => type === 'decision.recorded')?.data.for).toEqual({
      id: 'U0DANAWHITF',
      name: 'Dana Whitfield',
    });
    expect(await said('lea', `/agent show ${number}`)).toContain('approved by Lea Brandt for Dana Whitfield');
  });

  it('lends no right where the tier wants those who could decide it themselves', async () => {
    await open(NAMED.replace('any', 'same_tier'));
    const { id, number } = await proposed(office.desk.context);
    await said('dana', '/agent delegate @lea until friday');
    const lea = office.as('lea');
    await lea.click(await lea.message(CHANNEL, `#${number} `), 'Approve');
    await lea.message(CHANNEL, 'only those decide for others who may decide it themselves');
    expect((await getProposal(office.desk.context.database, id)).state).toBe('pending');
  });

  it('is refused in a ring, to oneself, to a guest, by who decides nothing, and for a time that is over', async () => {
    await open('decide: human\napprovers: ["@support-leads", dana@acme.test]');
    expect(await said('dana', '/agent delegate @lea until friday')).toContain('Lea Brandt decides');
    expect(await said('lea', '/agent delegate @max until friday')).toContain('Max Ode decides');
    expect(await said('max', '/agent delegate @dana until friday')).toContain('leads back to you');
    expect(await said('max', '/agent delegate @max until friday')).toContain("can't decide for yourself");
    expect(await said('max', '/agent delegate @gus until friday')).toContain('no full member');
    expect(await said('max', '/agent delegate @lea until yesterday')).toContain('Nothing was changed');
    expect(await said('max', '/agent delegate lea until friday')).toContain('Say who decides for you');
    expect(await said('olga', '/agent away until monday')).toContain('nobody waits for your decisions');
    const rows = await office.desk.context.database.sql`select by_name from absence order by by_name`;
    expect(rows.map((row) => row.by_name)).toEqual(['Dana Whitfield', 'Lea Brandt']);
  });

  it('goes on through who is away in turn', async () => {
    await open(`${NAMED}\nreview: { by: [lea@acme.test] }`);
    const { number } = await proposed(office.desk.context);
    await said('dana', '/agent delegate @lea until friday');
    await said('lea', '/agent delegate @cfo until friday');
    const cfo = office.as('cfo');
    const direct = await cfo.message(BOT, `#${number} `);
    await cfo.click(direct, 'Approve');
    await cfo.waitFor(
      async () => cfo.textOf(await cfo.reread(direct)).includes('Chris Okafor for Dana Whitfield'),
      'the outcome',
    );
  });
});

describe('/agent away and back', () => {
  it('sends nothing to who is away, and says at once where nobody is left', async () => {
    await open(NAMED);
    expect(await said('dana', '/agent back')).toContain('You were not away');
    expect(await said('dana', '/agent away until monday')).toContain('You are away until Mon');
    const { number } = await proposed(office.desk.context);
    const dana = office.as('dana');
    await dana.message(HERE, `Nobody can decide on #${number}`);
    expect(dana.textOf(await dana.message(CHANNEL, `#${number} `))).toContain('Dana Whitfield is away until');
    expect(await said('dana', '/agent back')).toContain('Welcome back');
    const direct = await dana.message(BOT, /Approve|decides by/);
    expect(dana.textOf(direct)).toContain(`#${number} `);
  });
});

const GROUP = 'decide: human\napprovers: ["@support-leads"]\ndelegates: any';

describe('who is away and decides through a group', () => {
  it('gets nothing directly, and who was asked gets it and decides for them', async () => {
    await open(`${GROUP}\nnotify: dm`);
    await said('lea', '/agent delegate @cfo until friday');
    const { id, number } = await proposed(office.desk.context);
    const cfo = office.as('cfo');
    const direct = await cfo.message(BOT, `#${number} `);
    expect(cfo.textOf(direct)).toContain('Lea Brandt is away until');
    await office.as('max').message(BOT, `#${number} `);
    const { context } = office.desk;
    const targets = async () =>
      (await listCards(context.database, id)).map(({ target }) => target).toSorted();
    await expect.poll(targets).toEqual(['#refund-approvals', '@U0CHRISOKAF', '@U0MAXODE001']);
    await cfo.click(direct, 'Approve');
    await cfo.waitFor(
      async () => cfo.textOf(await cfo.reread(direct)).includes('Approved by Chris Okafor for Lea Brandt'),
      'the outcome',
    );
  });

  it('is not in a digest, but who was asked is; also where the group is mentioned', async () => {
    await open(GROUP);
    await said('lea', '/agent delegate @cfo until friday');
    const { number } = await proposed(office.desk.context);
    const cfo = office.as('cfo');
    await cfo.message(BOT, `#${number} `);
    await office.desk.context.database.sql`
      select enqueue_now('[{"topic": "digest", "ref": "U0LEABRANDT"}, {"topic": "digest", "ref": "U0CHRISOKAF"}]')`;
    await cfo.message(BOT, '1 proposal waits for you.');
    await office.desk.context.database.sql`select enqueue_now('[{"topic": "digest", "ref": "U0MAXODE001"}]')`;
    await office.as('max').message(BOT, '1 proposal waits for you.');
    const lea = office.as('lea');
    await said('lea', '/agent back');
    const { number: later } = await proposed(office.desk.context, { account: '7301' });
    await lea.message(CHANNEL, `#${later} `);
    expect((await lea.messages(BOT)).map((each) => lea.textOf(each)).join()).not.toContain('waits for you');
  });

  it('nobody is left: that is said at once', async () => {
    await open('decide: human\napprovers: ["@support-leads"]');
    await said('lea', '/agent away until friday');
    await said('max', '/agent away until friday');
    const { number } = await proposed(office.desk.context);
    await office.as('dana').message(HERE, `Nobody can decide on #${number}`);
  });
});
