import type { Decimal } from '../domain/decimal.ts';
import { exponentOf } from '../domain/money.ts';
import type { Draft, Drafts } from './drafts.ts';
import type { TierDraft, WorkflowDraft } from './workflow-schema.ts';

/** Thresholds ascend, the last tier has no end and no condition, and amounts are exact in the organisation's currency. */
export function checkTiers(drafts: Drafts): void {
  const currency = drafts.org[0]?.value.currency;
  for (const draft of drafts.workflows) {
    checkAscending(draft);
    checkFloor(draft, drafts);
    if (currency !== undefined) checkDigits(draft, currency);
  }
}

function checkAscending({ source, value }: Draft<WorkflowDraft>): void {
  let before: TierDraft | undefined;
  for (const [index, tier] of value.tiers.entries()) {
    const end = endOf(tier);
    const last = index === value.tiers.length - 1;
    if (tier.when !== undefined) {
      if (last)
        source.report(
          ['tiers', index, 'when'],
          'must be left out of the last tier: where it does not hold nobody would decide',
        );
      continue;
    }
    if (tier.below && tier.upTo) source.report(['tiers', index], 'has both below and up_to: keep one');
    else if (end && last) {
      source.report(
        ['tiers', index, end.key],
        'must be left out of the last tier: above it nobody would decide',
      );
    } else if (!end && !last)
      source.report(['tiers', index], 'has no end (below or up_to), so no later tier is ever taken');
    else if (end && end.key === 'below' && end.amount.units === 0n) {
      source.report(['tiers', index, 'below'], 'must be more than 0');
    } else if (end && before && !isAbove(tier, before)) {
      source.report(['tiers', index, end.key], 'must be above the end of the tier before');
    }
    before = end ? tier : before;
  }
}

/** What the floor takes from the agent somebody else has to decide. */
function checkFloor({ source, value }: Draft<WorkflowDraft>, drafts: Drafts): void {
  const floor = drafts.org[0]?.value.floor;
  const needsHuman = floor !== undefined || value.budget !== undefined;
  const last = value.tiers.length - 1;
  if (needsHuman && value.tiers[last]?.decide === 'agent') {
    source.report(
      ['tiers', last, 'decide'],
      'must be human or named: past a budget or a floor nobody would decide',
    );
  }
  if (value.budget && !value.tiers.some((tier) => tier.decide === 'agent')) {
    source.report(['budget'], 'limits what agents decide alone, and no tier lets them', 'error', 'key');
  }
}

function endOf({ below, upTo }: TierDraft): { key: 'below' | 'up_to'; amount: Decimal } | undefined {
  if (below) return { key: 'below', amount: below };
  return upTo ? { key: 'up_to', amount: upTo } : undefined;
}

/** `below: 500`, then `up_to: 500` is a tier for exactly 500. */
function isAbove(tier: TierDraft, before: TierDraft): boolean {
  const [end, start] = [endOf(tier), endOf(before)];
  if (!end || !start) return true;
  const order = end.amount.compare(start.amount);
  return order > 0 || (order === 0 && end.key === 'up_to' && start.key === 'below');
}

function checkDigits({ source, value }: Draft<WorkflowDraft>, currency: string): void {
  const digits = exponentOf(currency);
  for (const [index, tier] of value.tiers.entries()) {
    const end = endOf(tier);
    if (!end || end.amount.scale <= digits) continue;
    const most = digits === 0 ? 'no digits' : `at most ${digits} digits`;
    source.report(
      ['tiers', index, end.key],
      `must have ${most} after the point: the currency is ${currency}`,
    );
  }
}
