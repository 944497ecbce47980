import { afterEach, describe, expect, it } from 'vitest';
import type { MessageView } from '../../../src/demo/workspace/protocol.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { decidingManifests } from '../../support/deciding-manifests.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const CHANNEL = '#refund-approvals';
const BOT = '@countersign';
let office: Office;
afterEach(() => office.close());

async function open(tier: string, more: { org?: string; irreversible?: boolean } = {}): Promise<void> {
  const manifests = decidingManifests(`tiers:\n  - ${tier.trim().replace(/\n/g, '\n    ')}\n`, more);
  office = await openOffice({ workspace: { rateLimits: false }, manifests });
}

function now({ id }: Proposal): Promise<Proposal> {
  return getProposal(office.desk.context.database, id);
}

async function card(handle: string, where: string, { number }: Proposal): Promise<MessageView> {
  return office.as(handle).message(where, `#${number} `);
}

/** Waits until the message says it. */
async function says(handle: string, message: MessageView, text: string): Promise<string> {
  const person = office.as(handle);
  return person.waitFor(async () => {
    const said = person.textOf(await person.reread(message));
    return said.includes(text) && said;
  }, `"${text}"`);
}

describe('a quorum', () => {
  it('says on the card who has approved and how many are missing', async () => {
    await open('decide: human\napprovers: ["@support-leads", dana@acme.test]\napprovals: 3');
    const proposal = await proposed(office.desk.context);
    const shown = await card('lea', CHANNEL, proposal);
    await says('lea', shown, 'It takes 3 different people');
    await office.as('lea').click(shown, 'Approve');
    await says('lea', shown, '1 of 3 has approved: Lea Brandt; 2 more are needed.');
    await office.as('max').click(shown, 'Approve');
    await says('lea', shown, '2 of 3 have approved: Lea Brandt and Max Ode; one more is needed.');
    expect((await now(proposal)).state).toBe('pending');
    await office.as('dana').click(shown, 'Approve');
    await says('lea', shown, 'Approved by Lea Brandt and Max Ode and Dana Whitfield');
    expect((await now(proposal)).state).toBe('approved');
  });
});

describe('confirm: dialog', () => {
  const TIER = 'decide: human\napprovers: ["@support-leads"]\nconfirm: dialog';

  it('has the amount and the account said again on the button itself', async () => {
    await open(TIER);
    const proposal = await proposed(office.desk.context);
    const shown = await card('lea', CHANNEL, proposal);
    expect(JSON.stringify(shown.blocks)).toContain(
      '$1,250.00 · Refund 1250.00 of invoice inv_9, account 4471.',
    );
    await office.as('lea').click(shown, 'Approve');
    await says('lea', shown, 'Approved by Lea Brandt');
  });

  it('is asked for in a window where Slack showed no dialog', async () => {
    await open(TIER);
    const lea = office.as('lea');
    const proposal = await proposed(office.desk.context);
    await lea.click(await card('lea', CHANNEL, proposal), 'Full details');
    expect(await lea.submitModal()).toMatchObject({ ok: true });
    expect(lea.textOf(await lea.modal(`Approve #${proposal.number}?`))).toContain('account 4471');
    expect((await now(proposal)).decisions).toEqual([]);
    await lea.submitModal();
    await lea.modal('Approved');
    expect((await now(proposal)).state).toBe('approved');
  });
});

describe('confirm: type', () => {
  it('takes the amount typed, and Approve alone decides nothing', async () => {
    await open('decide: human\napprovers: ["@support-leads"]\nconfirm: type');
    const lea = office.as('lea');
    const proposal = await proposed(office.desk.context);
    const shown = await card('lea', CHANNEL, proposal);
    await lea.click(shown, 'Approve');
    await lea.modal(`Approve #${proposal.number}?`);
    expect((await now(proposal)).decisions).toEqual([]);
    const label = 'Type the amount to approve it';
    expect(await lea.submitModal({ [label]: '125.00' })).toMatchObject({
      ok: false,
      errors: { typed: expect.stringContaining('1250.00') },
    });
    expect((await now(proposal)).decisions).toEqual([]);
    await lea.submitModal({ [label]: '$1,250' });
    await lea.modal('Approved');
    await says('lea', shown, 'Approved by Lea Brandt');
  });
});

describe('a hold', () => {
  it('keeps Take back on the card until the write, for who may decide', async () => {
    await open('decide: human\napprovers: ["@support-leads"]\nhold: 1h');
    const proposal = await proposed(office.desk.context);
    const shown = await card('lea', CHANNEL, proposal);
    await office.as('lea').click(shown, 'Approve');
    await says('lea', shown, 'unless it is taken back');
    expect(office.as('lea').buttons(await office.as('lea').reread(shown))).toEqual(['Take back']);
    await office.as('olga').click(shown, 'Take back');
    await office.as('olga').message(CHANNEL, '@support-leads may');
    await office.as('max').click(shown, 'Take back');
    await says('lea', shown, 'Taken back by Max Ode');
    expect(await executeDue(office.desk.context, 5)).toBe(0);
    expect((await now(proposal)).state).toBe('rejected');
  });
});

describe('a review', () => {
  const TIER =
    'decide: human\napprovers: ["@support-leads"]\nreview: { by: [cfo@acme.test, "@platform-oncall"], within: 24h, timing: ';

  it('before the write goes to who is named and to the channel of the group, and one Agree settles both', async () => {
    await open(`${TIER}before }`);
    const proposal = await proposed(office.desk.context);
    const first = await card('lea', CHANNEL, proposal);
    await office.as('lea').click(first, 'Approve');
    await says('lea', first, 'A second person has to agree');
    const [cfo, lee] = [office.as('cfo'), office.as('lee')];
    const direct = await card('cfo', BOT, proposal);
    expect(cfo.buttons(direct)).toEqual(['Agree', 'Object', 'Full details']);
    const shared = await lee.waitFor(
      async () => (await lee.messages(CHANNEL)).findLast((each) => lee.buttons(each).includes('Agree')),
      'the review card',
    );
    expect(JSON.stringify(shared.blocks)).toContain('{"type":"usergroup","usergroup_id":"S0PLATONCAL"}');
    await office.as('lea').click(shared, 'Agree');
    await office.as('lea').message(CHANNEL, 'the second human is another one');
    await cfo.click(direct, 'Agree');
    await says('cfo', direct, 'Chris Okafor agreed.');
    await says('lee', shared, 'Chris Okafor agreed.');
    expect(cfo.buttons(await cfo.reread(direct))).toEqual([]);
    expect(await executeDue(office.desk.context, 5)).toBe(1);
    expect(await now(proposal)).toMatchObject({ state: 'executed', review: { state: 'agreed' } });
  });

  it('after the write that objects says why, pages, and takes the agent’s trust until an operator gives it back', async () => {
    await open(`${TIER}after }`);
    const proposal = await proposed(office.desk.context);
    await office.as('lea').click(await card('lea', CHANNEL, proposal), 'Approve');
    await office.as('lea').waitFor(async () => (await now(proposal)).state === 'approved', 'the approval');
    await executeDue(office.desk.context, 5);
    const [cfo, lee] = [office.as('cfo'), office.as('lee')];
    const direct = await card('cfo', BOT, proposal);
    await cfo.click(direct, 'Object');
    await cfo.modal(`Object to #${proposal.number}`);
    await cfo.submitModal({ 'What is wrong with it?': 'He was refunded by hand' });
    await cfo.modal('Objected');
    await says('cfo', direct, 'Objected to by Chris Okafor');
    const page = lee.textOf(await lee.message('#agent-ops', `#${proposal.number} is written and in doubt`));
    expect(page).toContain('He was refunded by hand');
    expect(page).toContain('/agent trust refund-agent');
    const plan = lee.textOf(await lee.message('#agent-ops', new RegExp(`Rollback 1: #${proposal.number}`)));
    expect(plan).toContain('Asked by Chris Okafor');
    const said = async (handle: string, text: string) => {
      const person = office.as(handle);
      const answers = (await person.command(text, '#agent-ops')).filter(({ ephemeral }) => ephemeral);
      return answers.map((each) => person.textOf(each)).join();
    };
    expect(await said('cfo', '/agent trust refund-agent')).toContain('You may not');
    expect(await said('lee', '/agent trust refnd')).toContain('refund-agent');
    expect(await said('lee', '/agent trust refund-agent')).toContain('may decide alone again');
    await lee.message('#agent-ops', 'Trusted again: refund-agent');
    expect(await said('lee', '/agent trust refund-agent')).toContain('Nothing was changed');
  });
});

describe('notify', () => {
  const pings = (message: MessageView) =>
    JSON.stringify(message.blocks).match(/"(user|usergroup)_id":"\w+"/g) ?? [];

  it('sends it directly to people and mentions groups, if nothing is said', async () => {
    await open('decide: human\napprovers: [dana@acme.test, "@support-leads"]');
    const proposal = await proposed(office.desk.context);
    expect(pings(await card('lea', CHANNEL, proposal))).toEqual(['"usergroup_id":"S0SUPPLEADS"']);
    const direct = await card('dana', BOT, proposal);
    expect(pings(direct)).toEqual([]);
    await office.as('dana').click(direct, 'Approve');
    const shared = await card('lea', CHANNEL, proposal);
    await says('lea', shared, 'Approved by Dana Whitfield');
    expect(office.as('lea').buttons(await office.as('lea').reread(shared))).toEqual([]);
  });

  it.each([
    ['dm', [], true],
    ['mention', ['"user_id":"U0DANAWHITF"', '"usergroup_id":"S0SUPPLEADS"'], false],
    ['none', [], false],
  ] as const)('%s pings in the channel or directly, as it says', async (notify, inChannel, isDirect) => {
    await open(`decide: human\napprovers: [dana@acme.test, "@support-leads"]\nnotify: ${notify}`);
    const proposal = await proposed(office.desk.context);
    expect(pings(await card('lea', CHANNEL, proposal))).toEqual([...inChannel]);
    const { sql } = office.desk.context.database;
    await expect.poll(async () => (await sql`select 1 from outbox`).length, { timeout: 10_000 }).toBe(0);
    const targets = await sql<{ target: string }[]>`select target from card order by target`;
    const direct = ['@U0DANAWHITF', '@U0LEABRANDT', '@U0MAXODE001'];
    expect(targets.map((each) => each.target)).toEqual([CHANNEL, ...(isDirect ? direct : [])]);
  });
});

describe('where nobody can decide', () => {
  it('the owner and alerts hear of an empty group at once', async () => {
    await open('decide: human\napprovers: ["@nobody-there", dee@acme.test]');
    const { number } = await proposed(office.desk.context);
    const dana = office.as('dana');
    const alert = dana.textOf(await dana.message('#agent-ops', `Nobody can decide on #${number}`));
    expect(alert).toContain('@nobody-there, dee@acme.test');
    await dana.message(BOT, `Nobody can decide on #${number}`);
  });

  it('a quorum that too few are there for is said too', async () => {
    await open('decide: human\napprovers: ["@support-leads", dana@acme.test, dee@acme.test]\napprovals: 4');
    const { number } = await proposed(office.desk.context);
    await office.as('dana').message('#agent-ops', `Nobody can decide on #${number}`);
  });

  it('the owner hears directly of a channel that I am not in', async () => {
    await open('decide: human\napprovers: ["@support-leads"]');
    await office.workspace.control('kick_bot', { channel: CHANNEL });
    const { number } = await proposed(office.desk.context);
    await office.as('dana').message(BOT, `No card of #${number}`);
  });
});
