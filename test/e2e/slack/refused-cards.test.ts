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
});
