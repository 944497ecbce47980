import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

/** `CARDS_REFUSED=300`: so many proposals, of whose messages Slack refuses each third. */
const CARDS = Number(process.env.CARDS_REFUSED ?? 6);
let office: Office;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
});
afterAll(() => office.close());

const refuse = (times: number) =>
  office.workspace.control('fault', {
    kind: 'refuse',
    method: 'chat.postMessage',
    error: 'invalid_blocks',
    times,
  });

const shown = ({ number }: Proposal) => office.as('lea').message('#refund-approvals', `#${number} `);

describe('cards of which Slack refuses one in three', () => {
  it(
    `leave none of ${CARDS} unseen, and the refused ones can not be approved where they stand`,
    async () => {
      const lea = office.as('lea');
      const counts = { whole: 0, plain: 0 };
      for (let n = 0; n < CARDS; n += 1) {
        if (n % 3 === 0) await refuse(1);
        const proposal = await proposed(office.desk.context, { account: String(2_000 + n) });
        const canApprove = lea.buttons(await shown(proposal)).includes('Approve');
        expect(canApprove).toBe(n % 3 !== 0);
        counts[canApprove ? 'whole' : 'plain'] += 1;
      }
      expect(counts).toEqual({ whole: CARDS - Math.ceil(CARDS / 3), plain: Math.ceil(CARDS / 3) });
    },
    60_000 + CARDS * 5_000,
  );
});

describe('a card that Slack refuses whole and plain', () => {
  it('is tried by itself, holds up no other, and comes when Slack takes it', async () => {
    await refuse(2);
    const [silent, other] = [
      await proposed(office.desk.context, { account: '3001' }),
      await proposed(office.desk.context, { account: '3002' }),
    ];
    await Promise.all([shown(silent), shown(other)]);
    expect(await getProposal(office.desk.context.database, silent.id)).toMatchObject({ state: 'pending' });
  });

  it('is told at once in alerts to whom it waits for and to the owner, with where to decide it, and once', async () => {
    const lea = office.as('lea');
    // The card whole and plain, then the alert with its blocks.
    await refuse(3);
    const silent = await proposed(office.desk.context, { account: '3003' });
    const said = `Slack refuses the card of #${silent.number} for #refund-approvals (invalid_blocks)`;
    const alert = lea.textOf(await lea.message('#agent-ops', said));
    expect(alert).toContain('who can decide it in App Home');
    expect(alert).toContain(`/agent show ${silent.number}`);
    await shown(silent);
    const { sql } = office.desk.context.database;
    await expect
      .poll(async () => (await sql`select topic from outbox where topic in ('announce', 'copy')`).length)
      .toBe(0);
    const alerts = (await lea.messages('#agent-ops')).filter((each) => lea.textOf(each).includes(said));
    expect(alerts).toHaveLength(1);
  });

  it('can be decided in App Home while Slack has shown it nowhere', async () => {
    await refuse(40);
    const silent = await proposed(office.desk.context, { account: '3004' });
    const { sql } = office.desk.context.database;
    const parked = () =>
      sql`select ref from outbox where topic = 'copy' and ref like ${`${silent.id}%`} and attempts > 0`;
    await expect.poll(async () => (await parked()).length, { timeout: 20_000 }).toBe(1);
    const lea = office.as('lea');
    await lea.openHome();
    const home = await lea.waitFor(async () => {
      const seen = await lea.home();
      return lea.textOf(seen).includes(`#${silent.number} `) && seen;
    }, 'it to wait in Home');
    await lea.click(home, `Look at it: #${silent.number}`);
    await lea.modal(`Full details of #${silent.number}`);
    await lea.submitModal();
    await lea.modal('Approved');
    expect(await getProposal(office.desk.context.database, silent.id)).not.toMatchObject({
      state: 'pending',
    });
    await office.workspace.control('clear_faults');
  });
});
