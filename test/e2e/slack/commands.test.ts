import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSwitches } from '../../../src/store/switches.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const HERE = '#agent-ops';
let office: Office;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
});
afterAll(() => office.close());

/** What the command answers, to who asked alone. */
async function said(handle: string, command: string): Promise<string> {
  const person = office.as(handle);
  const seen = await person.command(command, handle === 'gus' ? '#refund-approvals' : HERE);
  const [answer, ...more] = seen.filter(({ ephemeral }) => ephemeral);
  expect(more).toEqual([]);
  return answer ? person.textOf(answer) : '';
}

async function off(): Promise<string[]> {
  return Object.keys((await readSwitches(office.desk.context.database)).off);
}

describe('/agent help', () => {
  it('lists every word, also when nothing is typed', async () => {
    const help = await said('olga', '/agent');
    for (const word of ['audit', 'show', 'pending', 'status', 'disable', 'enable', 'help'])
      expect(help).toContain(`/agent ${word}`);
    expect(await said('gus', '/agent help')).toBe(help);
  });

  it('is pointed to by an unknown word, with the nearest known one', async () => {
    expect(await said('lee', '/agent disabel')).toContain('Did you mean /agent disable?');
    expect(await said('lee', '/agent xyzzy')).toContain('nothing was done');
    expect(await off()).toEqual([]);
  });
});

describe('/agent disable and enable', () => {
  it('is refused to who may not, with who may', async () => {
    expect(await said('olga', '/agent disable')).toContain('Dana Whitfield or @platform-oncall');
    expect(await said('gus', '/agent disable')).toContain('Guests');
    expect(await off()).toEqual([]);
  });

  it('never takes an unknown name for everything', async () => {
    expect(await said('lee', '/agent disable refnd-agent')).toContain('Did you mean refund-agent?');
    expect(await said('lee', '/agent disable the agents')).toContain('Nothing was changed');
    expect(await off()).toEqual([]);
  });

  it('switches one agent off and on, tells alerts, and its cards say that they are paused', async () => {
    const lea = office.as('lea');
    const { number } = await proposed(office.desk.context);
    const card = await lea.message('#refund-approvals', `#${number} `);
    expect(await said('sam', '/agent disable refund-agent because it “repeats” itself')).toContain(
      'Sam Reyes switched refund-agent off',
    );
    expect(await off()).toEqual(['refund-agent']);
    const alert = await lea.message(HERE, /Off: refund-agent/);
    expect(alert.ephemeral).toBe(false);
    expect(lea.textOf(alert)).toContain('it "repeats" itself');
    await lea.waitFor(async () => lea.textOf(await lea.reread(card)).includes('Paused'), 'the card to pause');

    expect(await said('sam', '/agent enable refund-agent')).toContain('@platform-oncall may');
    expect(await said('lee', '/agent enable')).toContain('Say what to switch on');
    expect(await said('lee', '/agent enable billing')).toContain('Off: refund-agent');
    expect(await said('lee', '/agent enable refund-agent')).toContain('refund-agent is on again');
    expect(await off()).toEqual([]);
    await lea.message(HERE, /On: refund-agent/);
    await lea.waitFor(
      async () => !lea.textOf(await lea.reread(card)).includes('Paused'),
      'the card to go on',
    );
  });

  it('takes a second operator while approved writes wait', async () => {
    const [lea, lee, pat, olga] = ['lea', 'lee', 'pat', 'olga'].map((each) => office.as(each));
    if (!lea || !lee || !pat || !olga) throw new Error('nobody is there');
    const { number } = await proposed(office.desk.context, { account: '5512' });
    await lea.click(await lea.message('#refund-approvals', `#${number} `), 'Approve');
    await said('lee', '/agent disable');
    expect(await off()).toEqual(['all']);
    expect(await said('lee', '/agent enable all')).toContain('second operator');
    expect(await off()).toEqual(['all']);
    const asked = await pat.message(HERE, 'asks to switch everything on again');

    await lee.click(asked, 'Switch on');
    await lee.message(HERE, 'a second operator has to confirm it');
    await olga.click(asked, 'Switch on');
    await olga.message(HERE, 'You may not switch agents on again');
    expect(await off()).toEqual(['all']);

    await pat.click(asked, 'Switch on');
    await pat.message(HERE, /On: everything/);
    expect(await off()).toEqual([]);
    await pat.waitFor(async () => pat.buttons(await pat.reread(asked)).length === 0, 'the button to go');
  });
});

describe('/agent status and pending', () => {
  it('say what waits, to members', async () => {
    const { number } = await proposed(office.desk.context, { account: '7001' });
    expect(await said('olga', '/agent pending')).toContain(`#${number}`);
    expect(await said('olga', '/agent status')).toContain('Everything is on');
    expect(await said('gus', '/agent status')).toContain('Guests');
  });
});

describe('/agent audit and show', () => {
  it('tell an account’s story to members, and that is on record', async () => {
    const lea = office.as('lea');
    const { number } = await proposed(office.desk.context, { account: '8100' });
    await lea.click(await lea.message('#refund-approvals', `#${number} `), 'Approve');
    const story = await said('cfo', '/agent audit 8100 today');
    expect(story).toContain('account 8100');
    expect(story).toContain('Lea Brandt');
    const { sql } = office.desk.context.database;
    const read =
      await sql`select data -> 'by' ->> 'name' as name from audit_event where type = 'audit.read' and account = '8100'`;
    expect(read.map((row) => row.name)).toEqual(['Chris Okafor']);
  });

  it('show one proposal with its history', async () => {
    const { number } = await proposed(office.desk.context, { account: '8200' });
    const shown = await said('cfo', `/agent show ${number}`);
    expect(shown).toContain(`#${number}`);
    expect(shown).toContain('History');
    expect(await said('cfo', '/agent audit #999999')).toContain('There is no proposal #999999');
  });

  it('say what they do not understand, and tell guests nothing', async () => {
    expect(await said('cfo', '/agent audit')).toContain('Say whose story');
    expect(await said('cfo', '/agent audit 8100 someday')).toContain("don't understand");
    expect(await said('cfo', '/agent audit refunds')).toContain('is a workflow');
    expect(await said('cfo', '/agent audit refnd-agent')).toContain('Did you mean refund-agent?');
    expect(await said('cfo', '/agent audit @nobody-here')).toContain('choose the person from the list');
    const { number } = await proposed(office.desk.context, { account: '8300' });
    expect(await said('cfo', `/agent audit ${number}`)).toContain(
      `There is a proposal of that number, for account 8300: /agent audit #${number}.`,
    );
    expect(await said('cfo', '/agent audit account refunds')).toContain('account refunds');
    expect(await said('cfo', '/agent audit @chris')).toContain('Chris Okafor');
    expect(await said('cfo', '/agent show 999999')).toContain('There is no proposal');
    expect(await said('cfo', '/agent show me')).toContain('Say which proposal');
    expect(await said('gus', '/agent audit 8100')).toContain('Guests');
  });
});

describe('App Home', () => {
  it('shows each person what they could decide', async () => {
    const { number } = await proposed(office.desk.context, { account: '9100' });
    const [lea, olga] = [office.as('lea'), office.as('olga')];
    expect(lea.textOf(await lea.openHome())).toContain(`#${number}`);
    expect(olga.textOf(await olga.openHome())).toContain('Nothing waits for you');
  });

  it('is also a shortcut away', async () => {
    const lea = office.as('lea');
    await lea.shortcut('open_queue');
    expect(lea.textOf(await lea.modal('Waiting for you'))).toContain('refund');
  });
});
