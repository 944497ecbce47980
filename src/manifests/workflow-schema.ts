import { z } from 'zod';
import type { Decimal } from '../domain/decimal.ts';
import {
  type Budget,
  describeWho,
  type EscalationStep,
  type Tier,
  type Who,
  type Workflow,
} from '../domain/manifest.ts';
import { actionName } from './agent-schema.ts';
import {
  allowance,
  amount,
  callName,
  channel,
  date,
  duration,
  expression,
  person,
  text,
  who,
} from './scalars.ts';

const EXPIRES_MS = 24 * 3_600_000;
const EXECUTE_WITHIN_MS = 3_600_000;

/** A tier whose amounts are not yet in the organisation's minor units. */
export type TierDraft = Omit<Tier, 'below' | 'upTo'> & {
  below: Decimal | undefined;
  upTo: Decimal | undefined;
};
export type AllowanceDraft = { amount: Decimal; withinMs: number };
export type BudgetDraft = { [Key in keyof Budget]: AllowanceDraft | undefined };
export type WorkflowDraft = Omit<Workflow, 'tiers' | 'budget'> & {
  tiers: readonly TierDraft[];
  budget: BudgetDraft | undefined;
};

const REVIEW_WITHIN_MS = 24 * 3_600_000;

const review = z
  .strictObject({
    by: z.array(who).min(1, 'must name who reviews'),
    within: duration().default(REVIEW_WITHIN_MS),
    timing: z.enum(['auto', 'before', 'after']).default('auto'),
  })
  .transform(({ by, within: withinMs, timing }) => ({ by, withinMs, timing }));

const step = z
  .strictObject({
    after: duration(),
    remind: z.boolean().default(false),
    add: z.array(who).default([]),
    page: z.boolean().default(false),
  })
  .transform(({ after: afterMs, ...what }): EscalationStep => ({ afterMs, ...what }));

const tier = z.strictObject({
  below: amount.optional(),
  up_to: amount.optional(),
  when: expression.optional(),
  decide: z.enum(['agent', 'human', 'named']),
  approvers: z.array(who).default([]),
  approvals: z.int().min(1).max(10).default(1),
  confirm: z.enum(['none', 'dialog', 'type']).default('none'),
  hold: duration({ max: 3_600_000 }).optional(),
  review: review.optional(),
  notify: z.enum(['dm', 'mention', 'none']).optional(),
  delegates: z.enum(['same_tier', 'any']).default('same_tier'),
  channel: channel.optional(),
  execute_within: duration().default(EXECUTE_WITHIN_MS),
  expires: duration().default(EXPIRES_MS),
  sla: duration().optional(),
  escalate: z.array(step).max(20, 'must be at most 20 steps').optional(),
  clock: z.enum(['calendar', 'business']).optional(),
});

export const workflow = z
  .strictObject({
    workflow: callName,
    title: text(80),
    actions: z.array(actionName).min(1, 'must name at least one action'),
    owner: who,
    agreed: z.strictObject({ by: person, date }),
    channel,
    budget: z
      .strictObject({ per_account: allowance.optional(), per_agent: allowance.optional() })
      .transform((found): BudgetDraft => ({ perAccount: found.per_account, perAgent: found.per_agent }))
      .optional(),
    cumulative: z
      .strictObject({ per: z.enum(['account', 'agent']), within: duration() })
      .transform(({ per, within: withinMs }) => ({ per, withinMs }))
      .optional(),
    tiers: z.array(tier).min(1, 'must hold at least one tier'),
  })
  .transform(({ workflow: id, tiers, budget, cumulative, ...rest }): WorkflowDraft => {
    return { ...rest, id, budget, cumulative, tiers: tiers.map((each) => draftOf(each, rest)) };
  });

function draftOf(
  found: z.output<typeof tier>,
  { channel, owner }: Pick<Workflow, 'channel' | 'owner'>,
): TierDraft {
  return {
    below: found.below,
    upTo: found.up_to,
    when: found.when,
    decide: found.decide,
    approvers: found.approvers,
    approvals: found.approvals,
    confirm: found.confirm,
    holdMs: found.hold ?? 0,
    review: found.review,
    notify: found.notify,
    delegates: found.delegates,
    channel: found.channel ?? channel,
    expiresMs: found.expires,
    executeWithinMs: found.execute_within,
    slaMs: found.sla,
    escalate: found.escalate ?? byDefault(found, owner),
    clock: found.clock ?? 'calendar',
  };
}

/** One reminder at half of the SLA; at its end the workflow's owner may decide too, or is reminded where they may already. */
function byDefault({ sla, expires, approvers }: z.output<typeof tier>, owner: Who): EscalationStep[] {
  if (sla === undefined) return [];
  const owns = describeWho(owner);
  const may = approvers.some((who) => describeWho(who) === owns);
  const end = { afterMs: sla, remind: may, add: may ? [] : [owner], page: false };
  return [
    { afterMs: Math.ceil(sla / 2), remind: true, add: [], page: false },
    ...(sla < expires ? [end] : []),
  ];
}
