import { describe, expect, it } from 'vitest';
import { describeEvent } from '../../../src/domain/audit-line.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { resolveUnknown } from '../../../src/lifecycle/resolve.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { LOST } from '../../support/refund-ledger.ts';
import {
  confirmed,
  context,
  dana,
  ledger,
  planned,
  refunded,
  seen,
  timePasses,
  workOff,
} from '../../support/rollback-desk.ts';

/** Nobody can say whether it was undone: the answer was lost, and its repetition refused. */
async function lost() {
  const { id, number } = await refunded();
  const plan = await planned();
  await confirmed(plan);
  ledger.answers.push(LOST, { kind: 'answered', status: 422, body: null, retryAfterMs: undefined });
  await executeDue(context, 10);
  await timePasses();
  expect((await workOff(plan.id)).items.map((item) => item.state)).toEqual(['unknown']);
  return { id, number, plan };
}

async function told(topic: string, ref: string): Promise<boolean> {
  const rows = await context.database.sql`select 1 from outbox where topic = ${topic} and ref = ${ref}`;
  return rows.length > 0;
}

describe('an undoing of which nobody can say whether it happened', () => {
  it('is paged, in Slack and to the pager', async () => {
    const { id } = await lost();
    expect(await told('page', id)).toBe(true);
    expect(await told('on_call', id)).toBe(true);
  });

  it('that was found to have happened is undone, and its rollback says so', async () => {
    const { id, number, plan } = await lost();
    const writes = ledger.voided.length;
    const person = await dana();
    const result = await resolveUnknown(context, { number, happened: true, person, groups: GROUPS });
    expect(result).toMatchObject({ outcome: 'resolved', what: 'undo', proposal: { state: 'rolled_back' } });
    expect((await seen(plan.id)).items).toMatchObject([{ state: 'undone' }]);
    expect(ledger.voided).toHaveLength(writes);
    expect(await told('announce', `rollback:${plan.id}`)).toBe(true);
    const [event] = await listAudit(context.database, { number });
    expect(event).toMatchObject({ type: 'undo.resolved', actor: person.principal, data: { happened: true } });
    if (event) expect(describeEvent(event).line).toMatch(/found that it was undone by rollback \d+/);
    expect((await getProposal(context.database, id)).undoing).toMatchObject({ state: 'executed' });
  });

  it('that was found not to have happened has failed, and another rollback undoes it', async () => {
    const { id, number, plan } = await lost();
    const person = await dana();
    const result = await resolveUnknown(context, { number, happened: false, person, groups: GROUPS });
    expect(result).toMatchObject({ outcome: 'resolved', what: 'undo', proposal: { state: 'executed' } });
    expect((await seen(plan.id)).items).toMatchObject([
      { state: 'failed', why: 'dana found that it was not undone' },
    ]);
    ledger.edit('re_1', { state: 'posted' });
    const again = await planned();
    await confirmed(again);
    expect((await workOff(again.id)).items).toMatchObject([{ state: 'undone' }]);
    expect((await getProposal(context.database, id)).state).toBe('rolled_back');
  });

  it('is settled once, whoever says what at the same moment', async () => {
    const { number, plan } = await lost();
    const person = await dana();
    const results = await Promise.all(
      [true, false, true, false].map((happened) =>
        resolveUnknown(context, { number, happened, person, groups: GROUPS }),
      ),
    );
    expect(results.filter(({ outcome }) => outcome === 'resolved')).toHaveLength(1);
    const events = await listAudit(context.database, { number });
    const settled = events.filter(({ type }) => type === 'undo.resolved');
    expect(settled).toHaveLength(1);
    const state = settled[0]?.data.happened === true ? 'undone' : 'failed';
    expect((await seen(plan.id)).items).toMatchObject([{ state }]);
  });

  it('is not settled by who may not, nor by a word about another execution', async () => {
    const { number, plan } = await lost();
    const lea = await member(context, 'ULEA', 'lea@acme.test');
    expect(
      await resolveUnknown(context, { number, happened: true, person: lea, groups: GROUPS }),
    ).toMatchObject({ outcome: 'refused', because: expect.stringContaining('settle an unknown outcome') });
    const other = { number, execution: 'of-the-write', happened: true, person: await dana(), groups: GROUPS };
    expect(await resolveUnknown(context, other)).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining('Something else of it is unknown'),
    });
    expect((await seen(plan.id)).items).toMatchObject([{ state: 'unknown' }]);
  });
});
