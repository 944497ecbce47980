import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageView } from '../../../src/demo/workspace/protocol.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { answerQuestion } from '../../../src/lifecycle/answer-question.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { decidingManifests } from '../../support/deciding-manifests.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const CHANNEL = '#refund-approvals';
let office: Office;
beforeAll(async () => {
  const manifests = decidingManifests(
    'tiers:\n  - up_to: 5000\n    decide: human\n    approvers: ["@support-leads", dana@acme.test]\n    notify: none\n  - decide: named\n    approvers: [dana@acme.test, lea@acme.test]\n    notify: none\n',
  );
  office = await openOffice({ workspace: { rateLimits: false }, manifests });
});
afterAll(() => office.close());

let account = 100;
async function pending(amount = '1250.00'): Promise<{ proposal: Proposal; card: MessageView }> {
  account += 1;
  const proposal = await proposed(office.desk.context, { amount, account: String(account) });
  return { proposal, card: await office.as('lea').message(CHANNEL, `#${proposal.number} `) };
}

const now = (id: string) => getProposal(office.desk.context.database, id);

function says(card: MessageView, text: string): Promise<unknown> {
  const lea = office.as('lea');
  return lea.waitFor(async () => lea.textOf(await lea.reread(card)).includes(text), `"${text}"`);
}

/** The proposal that takes the place of another, once it waits. */
async function next({ id, number }: Proposal): Promise<Proposal> {
  const { supersededBy } = await now(id);
  if (!supersededBy) throw new Error(`#${number} is not superseded`);
  return office.as('lea').waitFor(async () => {
    const other = await now(supersededBy.id);
    return other.state === 'pending' && other;
  }, 'the other one to wait');
}

describe('asking the agent', () => {
  it('shows the question on the card, and the answer as the agent’s own words', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await lea.click(card, 'Ask the agent…');
    await lea.modal(`Ask about #${proposal.number}`);
    await lea.submitModal({ 'What do you want to know from the agent?': 'Which ticket?' });
    await lea.modal('Asked');
    await says(card, 'Lea Brandt asked: “Which ticket?” It has not answered yet; the time goes on.');
    const [question] = (await now(proposal.id)).questions;
    await answerQuestion(office.desk.context, proposal.id, question?.id ?? '', '<!channel> 88213');
    await says(card, 'It answered: “<!channel> 88213”');
    expect(JSON.stringify((await lea.reread(card)).blocks)).not.toContain('"broadcast"');
    await lea.closeModal(true);
  });
});

describe('approving for less', () => {
  it('puts another proposal in its place, which who lowered it may approve', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await lea.click(card, 'Approve for less…');
    await lea.modal(`Change #${proposal.number}`);
    await lea.submitModal({ amount: '1000.00' });
    expect(lea.textOf(await lea.modal('Changed'))).toContain('You may approve it');
    const other = await next(proposal);
    expect(other).toMatchObject({ input: { amount: '1000.00' }, requesters: proposal.requesters });
    expect(other.digest).not.toBe(proposal.digest);
    await says(card, `Replaced by #${other.number}`);
    await lea.click(await lea.message(CHANNEL, `#${other.number} · proposed`), 'Approve');
    await lea.waitFor(async () => (await now(other.id)).state === 'approved', 'the approval');
    expect((await now(proposal.id)).state).toBe('superseded');
    await lea.closeModal(true);
  });

  it('takes the approval from whoever raised it', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await lea.click(card, 'Approve for less…');
    await lea.modal(`Change #${proposal.number}`);
    await lea.submitModal({ amount: '1300.00' });
    expect(lea.textOf(await lea.modal('Changed'))).toContain('somebody else has to approve it');
    const other = await next(proposal);
    const shown = await lea.message(CHANNEL, `#${other.number} · proposed`);
    await lea.click(shown, 'Approve');
    await lea.message(CHANNEL, 'it is proposed for you');
    expect((await now(other.id)).decisions).toEqual([]);
    await office.as('max').click(shown, 'Approve');
    await lea.waitFor(async () => (await now(other.id)).state === 'approved', 'the approval');
    await lea.closeModal(true);
  });

  it.each([
    ['1250.00', 'Nothing is different'],
    ['a lot', 'must match pattern'],
  ])('of %s changes nothing', async (amount, because) => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await lea.click(card, 'Approve for less…');
    await lea.modal(`Change #${proposal.number}`);
    await lea.submitModal({ amount });
    expect(lea.textOf(await lea.modal('Not changed'))).toContain(because);
    expect((await now(proposal.id)).state).toBe('pending');
    await lea.closeModal(true);
  });

  it('by two people at once puts one in its place', async () => {
    const { proposal, card } = await pending();
    const people = ['lea', 'max'].map((handle) => office.as(handle));
    for (const person of people) {
      await person.click(card, 'Approve for less…');
      await person.modal(`Change #${proposal.number}`);
    }
    await Promise.all(people.map((person, index) => person.submitModal({ amount: `${900 + index}.00` })));
    const { sql } = office.desk.context.database;
    const others = await sql`select number from proposal where supersedes = ${proposal.id}`;
    expect(others).toHaveLength(1);
    for (const person of people) await person.closeModal(true);
  });
});

describe('handing over', () => {
  it('gives the card to a colleague who may, and says so', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await lea.click(card, 'Hand over…');
    await lea.modal(`Hand over #${proposal.number}`);
    await lea.submitModal({ 'To whom?': 'U0DANAWHITF' });
    expect(lea.textOf(await lea.modal('Handed over'))).toContain('Dana Whitfield gets');
    await office.as('dana').message('@countersign', `#${proposal.number} `);
    await says(card, 'Lea Brandt gave it to Dana Whitfield');
    await lea.closeModal(true);
  });

  it('is refused to who may not', async () => {
    const lea = office.as('lea');
    const { proposal, card } = await pending();
    await lea.click(card, 'Hand over…');
    await lea.modal(`Hand over #${proposal.number}`);
    await lea.submitModal({ 'To whom?': 'U0OLGAFUCHS' });
    expect(lea.textOf(await lea.modal('Not handed over'))).toContain("Olga Fuchs can't decide");
    await lea.closeModal(true);
  });
});
