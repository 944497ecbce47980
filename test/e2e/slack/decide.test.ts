import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageView } from '../../../src/demo/workspace/protocol.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { proposed } from '../../support/desk.ts';
import { startBalancer } from '../../support/signed-request.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';

const CHANNEL = '#refund-approvals';
let office: Office;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
});
afterAll(() => office.close());

async function pending(
  fields: Parameters<typeof proposed>[1] = {},
): Promise<{ proposal: Proposal; card: MessageView }> {
  const proposal = await proposed(office.desk.context, fields);
  return { proposal, card: await office.as('lea').message(CHANNEL, `#${proposal.number} `) };
}

function now({ id }: Proposal): Promise<Proposal> {
  return getProposal(office.desk.context.database, id);
}

function settled(person: WorkspacePerson, card: MessageView): Promise<MessageView> {
  return person.waitFor(async () => {
    const fresh = await person.reread(card);
    const isOver = person.buttons(fresh).length === 0 && !person.textOf(fresh).includes('Recording');
    return isOver && fresh;
  }, 'the buttons to go');
}

/** What only this person sees. */
function toldOnly(person: WorkspacePerson, text: string): Promise<MessageView> {
  return person.waitFor(async () => {
    const last = (await person.messages(CHANNEL)).findLast(({ ephemeral }) => ephemeral);
    return last && person.textOf(last).includes(text) && last;
  }, `being told ${text}`);
}

describe('approving on a card', () => {
  it('is recorded with who did it, and the card says so in place of its buttons', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    expect(lea.buttons(card)).toEqual(['Approve', 'Reject']);
    await lea.click(card, 'Approve');
    expect(lea.textOf(await settled(lea, card))).toContain('Approved by Lea Brandt');
    const { state, decisions } = await now(proposal);
    expect(state).toBe('approved');
    expect(decisions.map(({ kind, by }) => [kind, by])).toEqual([
      ['approve', { id: 'U0LEABRANDT', name: 'Lea Brandt' }],
    ]);
  });

  it('from the full details works too, on what the window shows', async () => {
    const max = office.as('max');
    const { proposal, card } = await pending();
    await max.click(card, 'Full details');
    expect(max.textOf(await max.modal())).toContain('/refunds');
    expect(await max.submitModal()).toMatchObject({ ok: true });
    expect(max.textOf(await max.modal('Approved'))).toContain('is approved');
    expect((await now(proposal)).decisions[0]?.by.name).toBe('Max Ode');
    await max.closeModal();
  });

  it('twice by the same person is one decision', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await Promise.all([lea.tryClick(card, 'Approve'), lea.tryClick(card, 'Approve')]);
    await settled(lea, card);
    expect((await now(proposal)).decisions).toHaveLength(1);
  });

  it('by two people at the same instant on two processes is one decision, and the other is told who was first', async () => {
    const second = await office.openDesk();
    const balancer = await startBalancer([office.desk.url, second.url]);
    office.workspace.setBotUrl(balancer.url);
    try {
      const { proposal, card } = await pending();
      const [lea, max] = [office.as('lea'), office.as('max')];
      await Promise.all([lea.tryClick(card, 'Approve'), max.tryClick(card, 'Approve')]);
      const [decision, ...others] = (await now(proposal)).decisions;
      expect(others).toEqual([]);
      const loser = decision?.by.name === 'Lea Brandt' ? max : lea;
      await toldOnly(
        loser,
        `${decision?.by.name} approved #${proposal.number} already; a decision is final.`,
      );
    } finally {
      office.workspace.setBotUrl(office.desk.url);
      balancer.close();
    }
  });
});

describe('rejecting on a card', () => {
  it('asks why, and the card says who and why', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await lea.click(card, 'Reject');
    await lea.modal(`Reject #${proposal.number}`);
    await lea.submitModal({ 'Why not?': 'Already refunded by hand' });
    expect(lea.textOf(await lea.modal('Rejected'))).toContain('nothing will be written');
    const text = lea.textOf(await settled(lea, card));
    expect(text).toContain('Rejected by Lea Brandt');
    expect(text).toContain('Already refunded by hand');
    expect((await now(proposal)).state).toBe('rejected');
    await lea.closeModal();
  });

  it('without saying anything is refused at the field', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await lea.click(card, 'Reject');
    await lea.modal(`Reject #${proposal.number}`);
    const answer = await lea.submitModal({ 'Why not?': '     ' });
    expect(answer).toMatchObject({ ok: false, errors: { reason: expect.stringContaining('why') } });
    expect((await now(proposal)).state).toBe('pending');
    await lea.closeModal(true);
  });

  it('by somebody who may not says so in the window, and records nothing', async () => {
    const olga = office.as('olga');
    const { proposal, card } = await pending();
    await olga.click(card, 'Reject');
    expect(olga.textOf(await olga.modal('Not recorded'))).toContain('@support-leads may');
    expect((await now(proposal)).state).toBe('pending');
    await olga.closeModal(true);
  });

  it('after somebody approved meanwhile says who was first', async () => {
    const [lea, max] = [office.as('lea'), office.as('max')];
    const { proposal, card } = await pending();
    await max.click(card, 'Reject');
    await max.modal(`Reject #${proposal.number}`);
    await lea.click(card, 'Approve');
    await max.submitModal({ 'Why not?': 'Not this one' });
    expect(max.textOf(await max.modal('Not recorded'))).toContain(
      `Lea Brandt approved #${proposal.number} already`,
    );
    await max.closeModal(true);
  });
});

describe('deciding as somebody who may not', () => {
  it.each([
    ['olga', 'a member of no group', '@support-leads may'],
    ['dana', 'a named approver of another tier', '@support-leads may'],
    ['gus', 'a guest', "Guests can't decide"],
    ['eve', 'a stranger over Slack Connect', 'You belong to another workspace'],
    ['sam', 'the owner of the agent', 'an agent that you own'],
  ])('is refused to %s, %s, with the reason', async (handle, _, because) => {
    const person = office.as(handle);
    const { proposal, card } = await pending();
    await person.click(card, 'Approve');
    await toldOnly(person, because);
    expect(await now(proposal)).toMatchObject({ state: 'pending', decisions: [] });
  });

  it('is refused to who is deactivated, also in a group', async () => {
    await office.workspace.control('set_group', { group: 'finance-leads', members: ['cfo'] });
    await office.workspace.control('deactivate', { person: 'max', deactivated: true });
    const other = await office.openDesk(); // One that has not just heard of Max.
    office.workspace.setBotUrl(other.url);
    try {
      const { proposal, card } = await pending();
      await office.as('max').tryClick(card, 'Approve');
      expect(await now(proposal)).toMatchObject({ state: 'pending', decisions: [] });
    } finally {
      await office.workspace.control('deactivate', { person: 'max', deactivated: false });
      office.workspace.setBotUrl(office.desk.url);
    }
  });

  it('a person named by e-mail decides above the limit, and the group does not', async () => {
    const [lea, dana] = [office.as('lea'), office.as('dana')];
    const { proposal, card } = await pending({ amount: '6000.00' });
    await lea.click(card, 'Approve');
    await toldOnly(lea, 'Dana Whitfield may');
    await dana.click(card, 'Approve');
    await dana.waitFor(
      async () => dana.textOf(await dana.reread(card)).includes('Approved by Dana Whitfield'),
      'her approval',
    );
    expect((await now(proposal)).decisions[0]?.by.name).toBe('Dana Whitfield');
  });
});
