import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HomeView } from '../../../src/demo/workspace/protocol.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { decidingManifests } from '../../support/deciding-manifests.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

let office: Office;
beforeAll(async () => {
  const manifests = decidingManifests(
    'tiers:\n  - up_to: 5000\n    decide: human\n    approvers: ["@support-leads"]\n    notify: none\n    review: { by: [cfo@acme.test], timing: before }\n  - decide: named\n    approvers: [lea@acme.test]\n    confirm: type\n    notify: none\n',
  );
  office = await openOffice({ workspace: { rateLimits: false }, manifests });
});
afterAll(() => office.close());

let account = 500;
function one(amount = '1250.00'): Promise<Proposal> {
  account += 1;
  return proposed(office.desk.context, { amount, account: String(account) });
}

const now = (id: string) => getProposal(office.desk.context.database, id);

/** As it is published next. */
const homeSaying = (handle: string, text: string) => office.as(handle).homeSaying(text);

describe('App Home', () => {
  it('lets somebody look at one and decide it there', async () => {
    const lea = office.as('lea');
    const proposal = await one();
    const home = await homeSaying('lea', `#${proposal.number} `);
    await lea.click(home, `Look at it: #${proposal.number}`);
    expect(lea.textOf(await lea.modal(`Full details of #${proposal.number}`))).toContain('/refunds');
    await lea.submitModal();
    await lea.modal('Approved');
    expect((await now(proposal.id)).state).toBe('in_review');
    await lea.closeModal(true);
    const after = await homeSaying('lea', 'Decided by you');
    expect(lea.textOf(after)).toMatch(new RegExp(`Decided by you[^]*#${proposal.number}`));
    const cfo = office.as('cfo');
    const reviews = await homeSaying('cfo', 'For you to review');
    await cfo.click(reviews, `Look at it: #${proposal.number}`);
    await cfo.click(await cfo.modal(`Full details of #${proposal.number}`), 'Agree');
    await cfo.modal('Agreed');
    expect((await now(proposal.id)).state).toBe('approved');
    await cfo.closeModal(true);
  });

  it('does not decide what has moved on since it was listed', async () => {
    const [lea, max] = [office.as('lea'), office.as('max')];
    const proposal = await one();
    const home = await homeSaying('max', `#${proposal.number} `);
    await max.click(home, `Look at it: #${proposal.number}`);
    await max.modal(`Full details of #${proposal.number}`);
    await lea.click(await lea.message('#refund-approvals', `#${proposal.number} `), 'Approve');
    await max.submitModal();
    expect(max.textOf(await max.modal('Not recorded'))).toContain('Lea Brandt approved');
    expect((await now(proposal.id)).decisions).toHaveLength(1);
    await max.closeModal(true);
  });

  it('approves several of one shape together, each by itself, without those taken out and those to be typed', async () => {
    const lea = office.as('lea');
    const all = await Promise.all([one('600.00'), one('700.00'), one('800.00')]);
    const large = await one('6000.00');
    const [first, second, third] = all;
    if (!first || !second || !third) throw new Error('three were proposed');
    const home = await homeSaying('lea', `#${third.number} `);
    await lea.click(home, 'Refund an invoice: approve 3 together…');
    const listed = lea.textOf(await lea.modal('Approve together'));
    for (const each of all) expect(listed).toContain(`#${each.number} · $`);
    expect(listed).not.toContain(`#${large.number}`);
    expect(listed).toContain('In all $2,100.00 for 3 proposals');
    await lea.click(
      await lea.modal('Approve together'),
      `#${second.number} · $700.00 · account ${second.account}`,
    );
    await lea.waitFor(
      async () => lea.textOf(await lea.modal('Approve together')).includes('In all $700.00 for 1 proposal'),
      'the other total',
    );
    await lea.submitModal();
    expect(lea.textOf(await lea.modal('Approve together'))).toContain(`Approved: #${second.number}.`);
    expect((await now(first.id)).decisions).toEqual([]);
    const decided = await now(second.id);
    expect(decided.decisions.map(({ digest }) => digest)).toEqual([decided.digest]);
    expect((await now(large.id)).decisions).toEqual([]);
    await lea.closeModal(true);
  });

  it('is paged, the most urgent first', async () => {
    const lea = office.as('lea');
    for (let index = 0; index < 12; index += 1) await one('900.00');
    const home = await homeSaying('lea', 'Page 1 of 2');
    const looks = (view: HomeView) => lea.buttons(view).filter((each) => each === 'Look at it').length;
    expect(looks(home)).toBe(10);
    await lea.click(home, 'Less urgent');
    const second = await lea.waitFor(async () => {
      const view = await lea.home();
      return lea.textOf(view).includes('Page 2 of 2') && view;
    }, 'the second page');
    expect(looks(second)).toBeLessThan(10);
  });

  it('says what is switched off', async () => {
    const lee = office.as('lee');
    await lee.command('/agent disable refund-agent', '#agent-ops');
    const home = await homeSaying('lea', 'Switched off: refund-agent');
    expect(office.as('lea').textOf(home)).toContain('what is approved waits');
  });
});
