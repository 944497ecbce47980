import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { planDoubted } from '../../../src/lifecycle/plan-doubted.ts';
import { lapseReviews, review } from '../../../src/lifecycle/review.ts';
import { confirmPlan, findRollback } from '../../../src/store/rollbacks.ts';
import { click, desk, hurry, look, type Name, who } from '../../support/deciding-desk.ts';
import { GROUPS, proposed } from '../../support/desk.ts';

const TIERS =
  'tiers:\n  - decide: named\n    approvers: [dana@acme.test]\n    review: { by: [cfo@acme.test], within: 24h, timing: after }\n';

async function written(context: Context) {
  const { id } = await proposed(context);
  await click(context, id, 'dana');
  await executeDue(context, 10);
  return look(context, id);
}

/** As the outbox does it, by several processes at once and again. */
async function plansOf(context: Context, proposalId: string) {
  const [row] = await context.database.sql<{ ref: string }[]>`
    select ref from outbox where topic = 'doubt' and ref like ${`${proposalId}:%`}`;
  const ref = row?.ref ?? '';
  await Promise.allSettled([1, 2, 3].map(() => planDoubted(context, ref)));
  await planDoubted(context, ref);
  const plans = await context.database.sql<{ id: string }[]>`select id from rollback`;
  return Promise.all(plans.map(({ id }) => findRollback(context.database, id)));
}

/** What Postgres says to their word, whatever the rules say of who may. */
async function confirmedBy(context: Context, plan: { id: string; digest: string }, name: Name) {
  const { principal, userId, name: called } = await who(context, name);
  return confirmPlan(context.database, plan.id, plan.digest, { principal, id: userId, name: called }, 0);
}

describe('a write in doubt', () => {
  it('that was objected to has its rollback planned once, in the name of who objected, and the pager told', async () => {
    const context = await desk(TIERS);
    const proposal = await written(context);
    const { id, number, digest } = proposal;
    const cfo = await who(context, 'cfo');
    const objection = { proposalId: id, digest: digest ?? '', verdict: 'objected', reason: 'no' } as const;
    expect((await review(context, { ...objection, person: cfo, groups: GROUPS })).outcome).toBe('decided');
    const paged = await context.database.sql`select 1 from outbox where topic = 'on_call' and ref = ${id}`;
    expect(paged).toHaveLength(1);
    const plans = await plansOf(context, id);
    expect(plans).toMatchObject([
      {
        scope: { kind: 'proposal', subject: String(number) },
        state: 'planned',
        askedBy: { principal: cfo.principal },
        switch: null,
        items: [{ number }],
      },
    ]);
    const told = await context.database.sql`
      select 1 from outbox where topic = 'rollback' and ref = ${plans[0]?.id ?? ''}`;
    expect(told).toHaveLength(1);
    const { id: plan = '', digest: shown = '' } = plans[0] ?? {};
    expect(await confirmedBy(context, { id: plan, digest: shown }, 'cfo')).toBe('same_person');
  });

  it('that nobody reviewed has it planned by the review, which may ask for nothing else', async () => {
    const context = await desk(TIERS);
    const proposal = await written(context);
    const fine = await written(context);
    await hurry('review_due_at', proposal.id);
    expect(await lapseReviews(context)).toBe(1);
    const plans = await plansOf(context, proposal.id);
    expect(plans).toMatchObject([
      { askedBy: { principal: 'policy:review' }, items: [{ number: proposal.number }] },
    ]);
    const { id = '', digest = '' } = plans[0] ?? {};
    expect(await confirmedBy(context, { id, digest }, 'dana')).toBe('confirmed');
    for (const [kind, subject] of [
      ['everything', ''],
      ['proposal', String(fine.number)],
    ])
      await expect(
        context.database.sql`select plan_rollback(${context.database.sql.json({
          ...{ id: crypto.randomUUID(), kind, subject, digest: 'sha256:x', items: [] },
          by: { principal: 'policy:review', id: 'review', name: 'x' },
        })})`,
      ).rejects.toThrow('only a person asks for a rollback');
  });
});
