import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { watchConnector } from '../../../src/lifecycle/pace.ts';
import { saveManifests } from '../../../src/store/manifest-versions.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testManifests } from '../../support/context.ts';
import { memoryBilling, proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';
import { proposedBy } from '../../support/warehouse.ts';

const CHANNEL = '#warehouse-approvals';
let office: Office;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
});
afterAll(() => office.close());

/** Kim leads the warehouse and owns its agent: what it proposes is decided, and done by hand, by somebody else. */
async function approvedByDana(sku: string) {
  const { context } = office.desk;
  const dana = office.as('dana');
  const input = { sku, delta: -3, unit_price: '12.50' };
  const proposal = await proposedBy(context, 'warehouse-agent', { action: 'inventory.adjust_stock', input });
  await dana.click(await dana.message(CHANNEL, `#${proposal.number} `), 'Approve');
  await dana.waitFor(
    async () => (await getProposal(context.database, proposal.id)).state === 'approved',
    'the approval',
  );
  await executeDue(context, 10);
  const card = await dana.waitFor(async () => {
    const fresh = await dana.message(CHANNEL, `#${proposal.number} `);
    return dana.buttons(fresh).includes('Done…') && fresh;
  }, 'the card to ask for hands');
  return { proposal, card };
}

describe('a write by hand', () => {
  it('shows what to do, takes the evidence, and is done', async () => {
    const dana = office.as('dana');
    const { proposal, card } = await approvedByDana('SKU-7');
    expect(dana.buttons(card)).toEqual(['Done…', 'Could not…', 'Full details']);
    await dana.click(card, 'Done…');
    expect(dana.textOf(await dana.modal())).toContain('INV > ADJ > SKU-7, quantity -3');
    const evidence = { 'What shows that it is done?': 'Booking 88-1203' };
    expect(await dana.submitModal(evidence)).toMatchObject({ ok: true });
    expect(dana.textOf(await dana.modal('Recorded'))).toContain('is recorded as done');
    await dana.closeModal();
    expect(await getProposal(office.desk.context.database, proposal.id)).toMatchObject({
      state: 'executed',
      execution: { result: { evidence: 'Booking 88-1203', by: { name: 'Dana Whitfield' } } },
    });
    await dana.waitFor(async () => dana.buttons(await dana.reread(card)).length === 0, 'the buttons to go');
  });

  it('that is rolled back is given back to a person, who says that it is undone', async () => {
    const { context } = office.desk;
    const [dana, lee, pat] = [office.as('dana'), office.as('lee'), office.as('pat')];
    const { proposal, card } = await approvedByDana('SKU-9');
    await dana.click(card, 'Done…');
    await dana.submitModal({ 'What shows that it is done?': 'Booking 88-1204' });
    await dana.modal('Recorded');
    await dana.closeModal();
    await lee.command(`/agent rollback ${proposal.number}`, '#agent-ops');
    const plan = await pat.message('#agent-ops', new RegExp(`Rollback 1: #${proposal.number}`));
    expect(pat.textOf(plan)).toContain('by hand: INV > ADJ > SKU-9, quantity 3, reason 45.');
    await pat.click(plan, 'Roll back');
    await pat.waitFor(async () => (await executeDue(context, 10)) > 0, 'the undoing to be due');
    await pat.message('#agent-ops', `#${proposal.number} is to be undone by hand`);
    const given = await dana.waitFor(async () => {
      const fresh = await dana.reread(card);
      return dana.buttons(fresh).includes('Undone…') && fresh;
    }, 'the card to ask for hands again');
    await dana.click(given, 'Undone…');
    expect(dana.textOf(await dana.modal())).toContain('INV > ADJ > SKU-9, quantity 3, reason 45.');
    await dana.submitModal({ 'What shows that it is undone?': 'Booking 88-1205' });
    expect(dana.textOf(await dana.modal('Recorded'))).toContain('is recorded as undone');
    await dana.closeModal();
    expect((await getProposal(context.database, proposal.id)).state).toBe('rolled_back');
    await pat.waitFor(
      async () => pat.textOf(await pat.reread(plan)).includes('Done.'),
      'the plan to be done',
    );
  });

  it('pages who answers for the system, and is nobody else’s to settle', async () => {
    const { card, proposal } = await approvedByDana('SKU-8');
    const dana = office.as('dana');
    await dana.message('#agent-ops', `#${proposal.number} is to be done by hand`);
    const olga = office.as('olga');
    await olga.tryClick(card, 'Done…');
    expect((await getProposal(office.desk.context.database, proposal.id)).state).toBe('awaiting_manual');
  });
});

/** A billing system that takes no key, and is not asked whether it has one. */
const careless = () =>
  testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': (files['systems/billing.yml'] ?? '')
      .replace(/^ {2}idempotency:.*\n/m, '')
      .replace(/^ {4}find:[\s\S]*?(?=^ {4}undo:)/m, ''),
  }));

describe('a write that may have happened', () => {
  it('is settled by a button under its page, once somebody has looked, and by nobody else', async () => {
    const { context } = office.desk;
    office.billing.answer = () => ({ kind: 'lost', why: 'it did not answer within 5000 ms' });
    const manifests = careless();
    await saveManifests(context.database, manifests.digest, manifests.files);
    const { id, number } = await proposed({ ...context, manifests }, { account: '5001', amount: '20.00' });
    await executeDue(context, 10);
    const [lee, olga] = [office.as('lee'), office.as('olga')];
    const page = await lee.message('#agent-ops', `#${number} may have happened`);
    expect(lee.buttons(page)).toEqual(['It happened', 'It did not happen']);
    await olga.tryClick(page, 'It happened');
    expect((await getProposal(context.database, id)).state).toBe('unknown');
    await lee.click(page, 'It did not happen');
    await lee.waitFor(
      async () => (await getProposal(context.database, id)).state === 'failed',
      'the outcome to be settled',
    );
    await lee.waitFor(
      async () => lee.textOf(await lee.reread(page)).includes(`looked: #${number} is recorded as failed`),
      'the page to say so',
    );
  });

  it('is settled by the command as well: it is announced, and the page asks nobody any more', async () => {
    const { context } = office.desk;
    const { id, number } = await proposed(
      { ...context, manifests: careless() },
      { account: '5002', amount: '20.00' },
    );
    await executeDue(context, 10);
    const [lee, dana] = [office.as('lee'), office.as('dana')];
    const page = await lee.message('#agent-ops', `#${number} may have happened`);
    await lee.command(`/agent resolve ${number} happened`, '#agent-ops');
    expect((await getProposal(context.database, id)).state).toBe('executed');
    const said = `Lee Park looked: #${number} is recorded as written.`;
    await dana.waitFor(async () => {
      const shown = await dana.reread(page);
      return dana.textOf(shown).includes(said) && dana.buttons(shown).length === 0;
    }, 'the page to say who said what');
    await dana.waitFor(
      async () =>
        (await dana.messages('#agent-ops')).filter((each) => dana.textOf(each).includes(said)).length === 2,
      'the announcement beside it',
    );
  });
});

describe('a breaker', () => {
  it('that opens is announced to operators', async () => {
    const { context } = office.desk;
    const system = context.manifests.systems.billing;
    if (!system) throw new Error('no billing');
    const down = watchConnector(context.database, system, {
      ...memoryBilling(),
      read: async () => ({ kind: 'lost', why: 'it did not answer within 5000 ms' }),
    });
    for (let n = 0; n < 6; n += 1) await down.read({ method: 'GET', path: '/accounts/1', body: undefined });
    const dana = office.as('dana');
    const said = await dana.message('#agent-ops', 'billing failed several times in a row');
    expect(dana.textOf(said)).toContain('it did not answer within 5000 ms');
  });
});
