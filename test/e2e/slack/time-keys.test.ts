import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSimulatedOffice, type SimulatedOffice } from '../../../bench/slack/office.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { assess } from '../../../src/lifecycle/assess.ts';
import { propose } from '../../../src/lifecycle/propose.ts';
import { lapseReviews } from '../../../src/lifecycle/review.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { post } from '../../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BOT = '@countersign';

/** The reference manifests as they stand, by a clock that is moved by hand. */
let database: FreshDatabase;
let office: SimulatedOffice;
beforeAll(async () => {
  database = await freshDatabase();
  const manifests = testManifests();
  office = await openSimulatedOffice({
    ...{ ownerUrl: database.url, appUrl: database.appUrl, clocks: true, manifests },
  });
  Object.assign(office.billing.record, { status: 'active' });
});
afterAll(async () => {
  await office.close();
  await database.drop();
});

async function proposedBy(agentId: string, action: string, input: Record<string, string>): Promise<Proposal> {
  const { context } = office;
  const agent = context.manifests.agents[agentId];
  if (!agent) throw new Error(`there is no ${agentId}`);
  const result = await propose(context, agent, post({ action, input }));
  if (result.outcome !== 'received') throw new Error(JSON.stringify(result));
  await assess(context, result.id);
  await office.settle();
  return now(result);
}

const refunding = (account: string, amount: string) =>
  proposedBy('refund-agent', 'billing.refund', { account, invoice: 'inv_9', amount });
const now = ({ id }: Pick<Proposal, 'id'>) => getProposal(office.context.database, id);

/** What time did with it, in order. */
async function happened({ id }: Pick<Proposal, 'id'>): Promise<string[]> {
  const rows = await office.context.database.sql<{ type: string; added: string[] | null }[]>`
    select type, case when type = 'proposal.escalated' then array(select jsonb_array_elements_text(data -> 'added')) end as added
    from audit_event where stream = ${id} and type = any (${['proposal.reminded', 'proposal.escalated', 'proposal.expired', 'review.lapsed', 'approval.lapsed']})
    order by seq`;
  return rows.map(({ type, added }) => [type.replace(/^\w+\./, ''), ...(added ?? [])].join(' '));
}

async function until(ms: number): Promise<void> {
  while (await office.advance(ms));
}

describe('the time keys of the reference manifests', () => {
  it('hold the write, have an approval that was not used asked for again, and end the time for the second human', async () => {
    const [large, refund] = [await refunding('7', '6000.00'), await refunding('8', '1250.00')];
    await until(office.now() + 5 * SECOND); // The turns of their places.
    const [dana, lea] = [office.as('dana'), office.as('lea')];
    await dana.click(await dana.message(BOT, `#${large.number} `), 'Approve');
    const start = office.now();
    await until(start + 4 * SECOND);
    expect((await now(large)).state).toBe('approved');
    await until(start + 6 * SECOND);
    expect(await now(large)).toMatchObject({ state: 'executed', review: { state: 'awaiting' } });

    office.billing.answer = () => ({ kind: 'not_sent', why: 'nobody answers', permanent: false });
    await lea.click(await lea.message('#refund-approvals', `#${refund.number} `), 'Approve');
    const signed = office.now();
    await until(signed + HOUR - 2 * SECOND);
    expect(await now(refund)).toMatchObject({ state: 'approved', round: 1 });
    await until(signed + HOUR + 6 * MINUTE);
    expect(await now(refund)).toMatchObject({ state: 'pending', round: 2 });
    expect(await happened(refund)).toContain('lapsed');

    await until(start + 24 * HOUR - 2 * SECOND);
    await lapseReviews(office.context);
    expect(await happened(large)).toEqual([]);
    await until(start + 24 * HOUR + 2 * SECOND);
    await lapseReviews(office.context);
    expect(await happened(large)).toEqual(['lapsed']);
  });

  it('each happen at their time, and not a second before', async () => {
    const refund = await refunding('1', '1250.00');
    const large = await refunding('2', '6000.00');
    const closing = await proposedBy('refund-agent', 'crm.set_status', { customer: '3', status: 'closed' });
    const hold = await proposedBy('warehouse-agent', 'fulfilment.hold', {
      account: '4',
      shipment: 's1',
      value: '500',
    });
    const largeHold = await proposedBy('warehouse-agent', 'fulfilment.hold', {
      account: '5',
      shipment: 's2',
      value: '5000',
    });
    const start = office.now();
    const steps: readonly (readonly [number, Proposal, string])[] = [
      [15 * MINUTE, refund, 'reminded'],
      [30 * MINUTE, refund, 'escalated dana@acme.test'],
      [HOUR, refund, 'escalated cfo@acme.test'],
      [HOUR, closing, 'reminded'],
      [2 * HOUR, large, 'escalated cfo@acme.test'],
      [2 * HOUR, closing, 'reminded'],
      [2 * HOUR, hold, 'reminded'],
      [2 * HOUR, largeHold, 'reminded'],
      [4 * HOUR, hold, 'escalated dana@acme.test'],
      [4 * HOUR, largeHold, 'reminded'],
      [8 * HOUR, refund, 'expired'],
      [24 * HOUR, large, 'expired'],
      [24 * HOUR, closing, 'expired'],
      [24 * HOUR, hold, 'expired'],
      [24 * HOUR, largeHold, 'expired'],
    ];
    const all = [refund, large, closing, hold, largeHold];
    const expected = (ms: number, each: Proposal) =>
      steps.filter(([at, of]) => of === each && at <= ms).map(([, , what]) => what);
    for (const at of new Set(steps.map(([ms]) => ms))) {
      for (const ms of [at - 2 * SECOND, at + SECOND]) {
        await until(start + ms);
        for (const each of all)
          expect(await happened(each), `${each.action} after ${ms} ms`).toEqual(expected(ms, each));
      }
    }
    const [paged] = (await office.as('cfo').messages(BOT)).filter((each) =>
      office.as('cfo').textOf(each).includes(`Please decide #${refund.number} now`),
    );
    expect(paged).toBeDefined();
    expect((await now(refund)).state).toBe('expired');
  });

  it('business hours stretch the SLA of who is asked about a customer, and what is left after it stays', async () => {
    const pausing = await proposedBy('refund-agent', 'crm.set_status', { customer: '6', status: 'paused' });
    const due = pausing.dueAt?.getTime() ?? 0;
    const begun = pausing.judgedAt?.getTime() ?? 0;
    expect(due - begun).toBeGreaterThanOrEqual(4 * HOUR);
    expect((pausing.expiresAt?.getTime() ?? 0) - due).toBe(44 * HOUR);
    const start = office.now() - (pausing.readAt.getTime() - begun);
    await until(start + due - begun - 2 * SECOND);
    expect(await happened(pausing)).toEqual(['reminded']);
    await until(start + due - begun + SECOND);
    expect(await happened(pausing)).toEqual(['reminded', 'escalated dana@acme.test']);
  });
});

/** OUTAGE_MINUTES=60 is the whole of it; every retry of an hour takes its time. */
const OUTAGE_MINUTES = Number(process.env.OUTAGE_MINUTES ?? 10);
const LOST = 4;

describe(`${OUTAGE_MINUTES} minutes without Slack`, () => {
  it('lose nothing: every card comes once, with the time that nobody could see it given back', async () => {
    await until(office.now() + 10 * MINUTE);
    await office.control('fault', { kind: 'drop_before', times: 1_000_000 });
    const all: Proposal[] = [];
    const start = office.now();
    for (let n = 0; n < LOST; n += 1) {
      await until(start + (n * OUTAGE_MINUTES * MINUTE) / LOST);
      all.push(await refunding(String(900 + n), '1250.00'));
    }
    await until(start + OUTAGE_MINUTES * MINUTE);
    for (const each of all) expect([await happened(each), await office.messagesOf(each)]).toEqual([[], []]);
    await office.control('clear_faults');
    await until(office.now() + 5 * MINUTE);
    for (const each of all) {
      expect(await office.messagesOf(each), `#${each.number}`).toHaveLength(1);
      const { dueAt, state, readAt } = await now(each);
      const left = (dueAt?.getTime() ?? 0) - readAt.getTime();
      expect([state, left > 24 * MINUTE, left <= 30 * MINUTE]).toEqual(['pending', true, true]);
    }
  });
});
