import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acme } from '../../../src/demo/acme.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const CHANNEL = '#refund-approvals';
let office: Office;
beforeAll(async () => {
  const taken = (handle: string) => ['eve', 'gus'].includes(handle);
  const people = acme.people.map((each) =>
    taken(each.handle) ? { ...each, email: 'dana@acme.test' } : each,
  );
  office = await openOffice({ workspace: { rateLimits: false, directory: { ...acme, people } } });
});
afterAll(() => office.close());

describe('being somebody with another’s e-mail address', () => {
  it('gives no right to who comes from elsewhere, and takes none from who it belongs to', async () => {
    const { context } = office.desk;
    const { number, id } = await proposed(context, { amount: '6000.00' });
    const card = await office.as('lea').message(CHANNEL, `#${number} `);
    for (const handle of ['eve', 'gus']) {
      const person = office.as(handle);
      await person.click(card, 'Approve');
      await person.message(CHANNEL, handle === 'eve' ? 'another workspace' : 'Guests');
    }
    expect((await getProposal(context.database, id)).state).toBe('pending');
    await office.as('dana').click(card, 'Approve');
    expect((await getProposal(context.database, id)).decisions.map(({ by }) => by.name)).toEqual([
      'Dana Whitfield',
    ]);
    const known = await context.database.sql`select identity from identity where identity like 'slack:%'`;
    expect(known.map((row) => row.identity)).toEqual(['slack:T0ACMECORP1/U0DANAWHITF']);
  });
});
