import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

describe('approving on a card', () => {
  it('is recorded with who did it, and the card says so in place of its buttons', async () => {
    const lea = office.as('lea');
    const { number } = await proposed(office.desk.context);
    const card = await lea.message('#refund-approvals', `#${number}`);
    expect(lea.buttons(card)).toEqual(['Approve', 'Reject', 'Full details']);
    await lea.click(card, 'Approve');
    const settled = await lea.waitFor(async () => {
      const now = await lea.reread(card);
      return lea.buttons(now).length === 0 && now;
    }, 'the buttons to go');
    expect(lea.textOf(settled)).toContain('Approved by Lea Brandt');
  });
});
