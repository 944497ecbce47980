import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageView } from '../../../src/demo/workspace/protocol.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { listShown } from '../../../src/store/cards.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testManifests } from '../../support/context.ts';
import { proposed } from '../../support/desk.ts';
import { startAnswers } from '../../support/signed-request.ts';
import { type ActedCard, slackActs } from '../../support/slack-acts.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

/** What does not show all that will be done decides nothing, also for who sends what no button there would send. */
const CHANNEL = '#refund-approvals';
const BOT = '@countersign';
const ID = 'C0REFUNDAPP';
const LEA = { id: 'U0LEABRANDT', team: 'T0ACMECORP1' };
const CFO = { id: 'U0CHRISOKAF', team: 'T0ACMECORP1' };
let office: Office;
let answers: Awaited<ReturnType<typeof startAnswers>>;
let acts: ReturnType<typeof slackActs>;

/** Refunds are decided by one tier, and the name of an invoice may be as long as a page. */
async function open(tier: string): Promise<void> {
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': (files['systems/billing.yml'] ?? '').replaceAll('{1,64}', '{1,2000}'),
    'workflows/refunds.yml': (files['workflows/refunds.yml'] ?? '')
      .replace(/^budget:[\s\S]*?(?=^tiers:)/m, '')
      .replace(/^tiers:[\s\S]*$/m, `tiers:\n  - ${tier.replaceAll('\n', '\n    ')}\n`),
  }));
  office = await openOffice({ manifests, workspace: { rateLimits: false } });
}
beforeEach(async () => {
  answers = await startAnswers();
  acts = slackActs(office.desk.url, answers.url);
});
afterEach(() => answers.close());

const now = ({ id }: Proposal) => getProposal(office.desk.context.database, id);
const cardOf = ({ id, round }: Proposal, ts: string, channel = ID): ActedCard => ({
  ...{ channel, ts, value: `${id}:${round}` },
});

describe('a line of a list', () => {
  let all: Proposal[];
  let kept: MessageView;
  let orphan: MessageView;

  /** So many at once that they are listed; the answer to the first list is lost, as when the process dies before it is on record. */
  beforeAll(async () => {
    await open('decide: human\napprovers: ["@support-leads"]\nnotify: none');
    const { context } = office.desk;
    const fault = (what: Record<string, unknown>) =>
      office.workspace.control('fault', { ...what, method: 'chat.postMessage', times: 1 });
    await fault({ kind: 'rate_limited', retryAfter: 2 });
    await fault({ kind: 'drop_after' });
    const accounts = Array.from({ length: 12 }, (_, index) => String(700 + index));
    all = await Promise.all(accounts.map((account) => proposed(context, { account })));
    const lea = office.as('lea');
    const isList = (each: MessageView) =>
      all.filter(({ number }) => lea.textOf(each).includes(`#${number}`)).length > 5;
    const lists = await lea.waitFor(
      async () => {
        const found = (await lea.messages(CHANNEL)).filter(isList);
        return found.length > 1 && found;
      },
      'two lists of the same',
      30_000,
    );
    // People see a list some milliseconds before it is on record.
    const known = () => Promise.all(lists.map(({ ts }) => listShown(context.database, ID, ts)));
    await vi.waitFor(
      async () => expect((await known()).filter((cards) => cards.length > 0)).toHaveLength(1),
      { timeout: 10_000 },
    );
    for (const [index, cards] of (await known()).entries()) {
      const list = lists[index];
      if (list && cards.length > 0) kept = list;
      else if (list) orphan = list;
    }
  }, 60_000);
  afterAll(() => office.close());

  it('is not approved by a click that its button would not send, and opens the whole', async () => {
    const [proposal] = all;
    if (!proposal) throw new Error('nothing is listed');
    for (const action of ['approve', 'agree', 'reject', 'take_back']) {
      expect(await acts.click(LEA, action, cardOf(proposal, kept.ts))).toBe(200);
      expect(await answers.next()).toContain('can’t be decided as it stands');
    }
    expect(await now(proposal)).toMatchObject({ state: 'pending', decisions: [] });
  });

  it('of a list that was posted and never put on record is refused with the reason', async () => {
    const [proposal] = all;
    if (!proposal) throw new Error('nothing is listed');
    for (const action of ['details', 'approve']) {
      expect(await acts.click(LEA, action, cardOf(proposal, orphan.ts))).toBe(200);
      expect(await answers.next()).toContain('none of the cards that I keep');
    }
    expect(await now(proposal)).toMatchObject({ state: 'pending', decisions: [] });
  });
});

describe('a card that can not show all of it', () => {
  beforeAll(() =>
    open(
      'decide: human\napprovers: ["@support-leads"]\nnotify: none\nreview: { by: [cfo@acme.test], within: 24h, timing: before }',
    ),
  );
  afterAll(() => office.close());

  it('is neither approved nor agreed to by a forged click, and both work in the full details', async () => {
    const { context } = office.desk;
    const invoice = 'inv_'.concat('9'.repeat(1_600));
    office.billing.record = { ...office.billing.record, invoices: [{ id: invoice, state: 'paid' }] };
    const proposal = await proposed(context, { input: { account: '4471', invoice, amount: '1250.00' } });
    const card = await office.as('lea').message(CHANNEL, `#${proposal.number} `);
    expect(office.as('lea').buttons(card)).not.toContain('Approve');
    const shared = cardOf(proposal, card.ts);
    await acts.click(LEA, 'approve', shared);
    expect(await answers.next()).toMatch(/Full details/);
    expect(await now(proposal)).toMatchObject({ state: 'pending', decisions: [] });
    await acts.submit(LEA, 'details', shared);
    const waiting = await now(proposal);
    expect(waiting.state).toBe('in_review');
    await office.as('cfo').message(BOT, `#${proposal.number} `);
    const { sql } = context.database;
    const cards = () => sql<{ channel: string; ts: string }[]>`
      select channel, ts from card where proposal_id = ${proposal.id} and target like 'review:%'`;
    await expect.poll(async () => (await cards()).length, { timeout: 10_000 }).toBeGreaterThan(0);
    const [direct] = await cards();
    if (!direct) throw new Error('there is no review card');
    const copy = cardOf(waiting, direct.ts, direct.channel);
    await acts.click(CFO, 'agree', copy);
    expect(await answers.next()).toMatch(/Full details/);
    expect((await now(proposal)).review).toMatchObject({ state: 'awaiting' });
    await acts.clickInWindow(CFO, 'agree', copy);
    expect((await now(proposal)).review).toMatchObject({ state: 'agreed' });
  });
});
