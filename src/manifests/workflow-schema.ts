import { z } from 'zod';
import type { Decimal } from '../domain/decimal.ts';
import type { Tier, Workflow } from '../domain/manifest.ts';
import { actionName } from './agent-schema.ts';
import { amount, callName, channel, date, duration, person, text, who } from './scalars.ts';

const EXPIRES_MS = 24 * 3_600_000;
const EXECUTE_WITHIN_MS = 3_600_000;

/** A tier whose amounts are not yet in the organisation's minor units. */
export type TierDraft = Omit<Tier, 'below' | 'upTo'> & {
  below: Decimal | undefined;
  upTo: Decimal | undefined;
};
export type WorkflowDraft = Omit<Workflow, 'tiers'> & { tiers: readonly TierDraft[] };

const tier = z.strictObject({
  below: amount.optional(),
  up_to: amount.optional(),
  decide: z.enum(['agent', 'human', 'named']),
  approvers: z.array(who).default([]),
  channel: channel.optional(),
  execute_within: duration().default(EXECUTE_WITHIN_MS),
  expires: duration().default(EXPIRES_MS),
});

export const workflow = z
  .strictObject({
    workflow: callName,
    title: text(80),
    actions: z.array(actionName).min(1, 'must name at least one action'),
    owner: who,
    agreed: z.strictObject({ by: person, date }),
    channel,
    tiers: z.array(tier).min(1, 'must hold at least one tier'),
  })
  .transform(({ workflow: id, tiers, ...rest }): WorkflowDraft => {
    return { ...rest, id, tiers: tiers.map((each) => draftOf(each, rest.channel)) };
  });

function draftOf(found: z.output<typeof tier>, channel: string): TierDraft {
  return {
    below: found.below,
    upTo: found.up_to,
    decide: found.decide,
    approvers: found.approvers,
    channel: found.channel ?? channel,
    expiresMs: found.expires,
    executeWithinMs: found.execute_within,
  };
}
