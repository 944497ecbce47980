import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageView } from '../../../src/demo/workspace/protocol.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { enqueue } from '../../../src/store/outbox.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { switchOff, switchOn } from '../../../src/store/switches.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const CHANNEL = '#refund-approvals';
let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const fault = (what: Record<string, unknown>) => office.workspace.control('fault', what);

async function copies(number: number): Promise<MessageView[]> {
  const lea = office.as('lea');
  return (await lea.messages(CHANNEL)).filter((each) => lea.textOf(each).includes(`#${number} `));
}

/** Until the outbox holds nothing, so that what would come twice has come. */
async function quiet(): Promise<void> {
  const { sql } = office.desk.context.database;
  await expect.poll(async () => (await sql`select topic from outbox`).length, { timeout: 20_000 }).toBe(0);
}

describe('delivering a card', () => {
  it.each([
    ['asks for patience', { kind: 'rate_limited', retryAfter: 1, times: 2 }],
    ['breaks', { kind: 'error_before', times: 2 }],
    ['does not answer', { kind: 'drop_before', times: 2 }],
  ])('waits while Slack %s, and comes once', async (_, what) => {
    await fault({ ...what, method: 'chat.postMessage' });
    const { number } = await proposed(office.desk.context);
    await office.as('lea').waitFor(async () => (await copies(number)).length > 0, 'the card', 20_000);
    await quiet();
    expect(await copies(number)).toHaveLength(1);
  });

  it('comes to all of its channel, though it takes one message a second', async () => {
    const proposals = await Promise.all(
      ['1', '2', '3', '4'].map((account) => proposed(office.desk.context, { account })),
    );
    await quiet();
    for (const { number } of proposals) expect(await copies(number)).toHaveLength(1);
    const { requests } = (await office.workspace.control('inspect')) as {
      requests: { name: string; status: number | null }[];
    };
    const posts = requests.filter(({ name }) => name === 'chat.postMessage');
    expect(posts.map(({ status }) => status)).toEqual(posts.map(() => 200));
  });

  it('posts it again if somebody deleted it while it waits, and only the new one decides', async () => {
    const lea = office.as('lea');
    const { number, id } = await proposed(office.desk.context);
    const card = await lea.message(CHANNEL, `#${number} `);
    await quiet();
    await office.workspace.control('delete_message', { channel: CHANNEL, ts: card.ts });
    const dana = { principal: 'person:dana', id: 'UDANA', name: 'Dana' };
    await switchOff(office.desk.context.database, 'billing', dana, null);
    const again = await lea.message(CHANNEL, `#${number} `);
    expect(again.ts).not.toBe(card.ts);
    await switchOn(office.desk.context.database, 'billing', dana, null);
    await quiet();
    expect(await copies(number)).toHaveLength(1);
    await lea.click(again, 'Approve');
    expect((await getProposal(office.desk.context.database, id)).state).toBe('approved');
  });

  it('says in alerts that it reaches nobody, and comes when somebody lets it in', async () => {
    await office.workspace.control('kick_bot', { channel: CHANNEL });
    const { number, id } = await proposed(office.desk.context);
    const alert = await office.as('dana').message('#agent-ops', `No card of #${number}`);
    expect(office.as('dana').textOf(alert)).toContain(CHANNEL);
    expect(JSON.stringify(alert.blocks)).toContain('U0DANAWHITF');
    await office.workspace.control('invite_bot', { channel: CHANNEL });
    await enqueue(office.desk.context.database, [{ topic: 'card', ref: id }]);
    await office.as('lea').message(CHANNEL, `#${number} `);
  });

  it('shows a plain card that can not be approved where Slack refuses the whole one', async () => {
    await fault({ kind: 'refuse', method: 'chat.postMessage', error: 'invalid_blocks', times: 1 });
    const { number, id } = await proposed(office.desk.context);
    const lea = office.as('lea');
    const card = await lea.message(CHANNEL, `#${number} `);
    expect(lea.buttons(card)).toEqual(['Reject']);
    await quiet();
    await lea.click(card, 'Reject');
    await lea.modal(`Reject #${number}`);
    await lea.submitModal({ 'Why not?': 'Nobody can read it' });
    expect((await getProposal(office.desk.context.database, id)).state).toBe('rejected');
  });

  it('has no card of what the agent’s own tier decides', async () => {
    const own = await proposed(office.desk.context, { amount: '20.00' });
    expect(own.state).toBe('approved');
    await enqueue(office.desk.context.database, [{ topic: 'card', ref: own.id }]);
    await quiet();
    expect(await copies(own.number)).toEqual([]);
  });
});

describe('paging', () => {
  it('asks the system’s on-call in alerts, by name, to look at a write that failed', async () => {
    office.billing.answer = () => ({ kind: 'answered', status: 422, body: null, retryAfterMs: undefined });
    const { number } = await proposed(office.desk.context, { amount: '20.00' });
    await executeDue(office.desk.context, 1);
    const page = await office.as('lee').message('#agent-ops', `#${number} failed`);
    expect(JSON.stringify(page.blocks)).toContain('{"type":"user","user_id":"U0LEEPARK01"}');
  });
});

describe('signing in', () => {
  it('goes on while Slack is away, and does not keep the process from starting', async () => {
    await fault({ kind: 'error_before', method: 'auth.test', times: 2 });
    const desk = await office.openDesk();
    expect(desk.door.health()).toMatchObject({ connected: false, problem: expect.stringContaining('500') });
    await expect
      .poll(() => desk.door.health(), { timeout: 10_000 })
      .toMatchObject({ connected: true, problem: null });
  });

  it('says what is wrong with the token', async () => {
    const desk = await office.openDesk({ botToken: 'xoxb-wrong' });
    expect(desk.door.health()).toMatchObject({
      connected: false,
      problem: expect.stringContaining('invalid_auth'),
    });
  });
});

describe('deciding while Slack does not say who somebody is', () => {
  it('is refused, and works again when it does', async () => {
    const lea = office.as('lea');
    const { number, id } = await proposed(office.desk.context);
    const card = await lea.message(CHANNEL, `#${number} `);
    await quiet();
    await fault({ kind: 'error_before', method: 'users.info', times: 1 });
    await lea.click(card, 'Approve');
    await lea.message(CHANNEL, 'Nothing was recorded: please try again');
    expect((await getProposal(office.desk.context.database, id)).state).toBe('pending');
    await lea.click(card, 'Approve');
    expect((await getProposal(office.desk.context.database, id)).state).toBe('approved');
  });

  it('or who is in the group is refused too', async () => {
    const lea = office.as('lea');
    const { number, id } = await proposed(office.desk.context);
    const card = await lea.message(CHANNEL, `#${number} `);
    await quiet();
    const other = await office.openDesk(); // One that has not just looked at the groups for the card.
    office.workspace.setBotUrl(other.url);
    await fault({ kind: 'drop_before', method: 'usergroups.list', times: 1 });
    await lea.click(card, 'Approve');
    await lea.message(CHANNEL, 'did not say who is in the group');
    expect((await getProposal(office.desk.context.database, id)).state).toBe('pending');
  });
});
