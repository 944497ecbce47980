import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acme } from '../../../src/demo/acme.ts';
import { onGrid } from '../../../src/demo/workspace/directory.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

let office: Office;
beforeAll(async () => {
  const directory = onGrid(acme, { id: 'E0ACMEGROUP', name: 'Acme Group' });
  office = await openOffice({ workspace: { directory, rateLimits: false } });
});
afterAll(() => office.close());

describe('in an organisation on Enterprise Grid', () => {
  it('a person decides under the id of the organisation, and an outsider does not', async () => {
    const [lea, olga] = [office.as('lea'), office.as('olga')];
    const { number, id } = await proposed(office.desk.context);
    const card = await lea.message('#refund-approvals', `#${number} `);
    await olga.click(card, 'Approve');
    await olga.message('#refund-approvals', '@support-leads may');
    await lea.click(card, 'Approve');
    await lea.waitFor(
      async () => lea.textOf(await lea.reread(card)).includes('Approved by Lea Brandt'),
      'her approval on the card',
    );
    expect((await getProposal(office.desk.context.database, id)).decisions.map(({ by }) => by)).toEqual([
      { id: 'W0LEABRANDT', name: 'Lea Brandt' },
    ]);
  });

  it('commands take mentions with such an id, and App Home is published', async () => {
    const lea = office.as('lea');
    const answer = await lea.ask('/agent delegate @max until friday', '#agent-ops');
    expect(lea.textOf(answer)).toContain('Max Ode');
    expect(lea.textOf(await lea.openHome())).toContain('Waiting for you');
  });
});
