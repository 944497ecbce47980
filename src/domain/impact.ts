import { Decimal } from './decimal.ts';
import { evaluate } from './expression.ts';
import type { JsonObject } from './json.ts';
import type { Action, Tier, Workflow } from './manifest.ts';
import { amountOf, formatMoney, type Money, moneyOf } from './money.ts';

/** Why a proposal is decided as it is, as a tree that people can read. */
export interface Reason {
  readonly rule: string;
  readonly result: string;
  readonly because: readonly Reason[];
}

export interface Evaluation {
  /** Null: it could not be computed, and the highest tier decides. */
  readonly impact: Money | null;
  readonly account: string;
  readonly tierIndex: number;
  readonly tier: Tier;
  /** One line: `1250.00 is in 500.00–5000.00`. */
  readonly why: string;
  readonly reason: Reason;
}

/** Computes the dollar impact from the input alone: nothing else that an agent writes has a part in it. */
export function computeImpact(action: Action, input: JsonObject, currency: string): Money | null {
  try {
    const value = evaluate(action.impact, { input });
    const decimal = value instanceof Decimal ? value : typeof value === 'bigint' ? Decimal.of(value) : null;
    return decimal ? moneyOf(decimal.abs(), currency) : null;
  } catch {
    return null;
  }
}

/** Whom the proposal is about. Throws when the expression can't be evaluated. */
export function accountOf(action: Action, input: JsonObject): string {
  const value = evaluate(action.account, { input });
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'bigint') return value.toString();
  throw new RangeError('the account is neither a text nor a whole number');
}

/** Picks the first tier whose interval holds the impact; what can't be computed goes to the last, the highest. */
export function evaluateProposal(
  action: Action,
  workflow: Workflow,
  input: JsonObject,
  currency: string,
): Evaluation {
  const impact = computeImpact(action, input, currency);
  const account = accountOf(action, input);
  const last = workflow.tiers.length - 1;
  const fits = workflow.tiers.map((tier) => impact !== null && within(tier, impact.minor));
  const found = fits.indexOf(true);
  const tierIndex = impact === null || found < 0 ? last : found;
  const tier = workflow.tiers[tierIndex];
  if (!tier) throw new Error(`workflow ${workflow.id} has no tiers`);
  const why = impact
    ? `${amountOf(impact)} is ${describeInterval(workflow, tierIndex, currency)}`
    : 'the impact could not be computed, so the highest tier decides';
  const tried = workflow.tiers.slice(0, tierIndex + 1).map((each, index) => ({
    rule: `tier ${index + 1} (${each.decide}): ${describeInterval(workflow, index, currency)}`,
    result: index === tierIndex ? 'fits' : 'does not fit',
    because: [],
  }));
  const computed = {
    rule: `impact = ${action.impact}`,
    result: impact ? formatMoney(impact) : 'not computable',
    because: [],
  };
  return {
    impact,
    account,
    tierIndex,
    tier,
    why,
    reason: { rule: `workflow ${workflow.id}`, result: why, because: [computed, ...tried] },
  };
}

function within(tier: Tier, minor: bigint): boolean {
  if (tier.below !== undefined) return minor < tier.below;
  if (tier.upTo !== undefined) return minor <= tier.upTo;
  return true;
}

/** `in 500.00–5000.00`, `below 500.00`, `above 5000.00`. */
export function describeInterval(workflow: Workflow, index: number, currency: string): string {
  const tier = workflow.tiers[index];
  const before = workflow.tiers[index - 1];
  const end = (minor: bigint | undefined) =>
    minor === undefined ? undefined : amountOf({ minor, currency });
  const from = end(before?.below ?? before?.upTo);
  const to = end(tier?.below ?? tier?.upTo);
  if (from === undefined && to === undefined) return 'any amount';
  if (from === undefined) return tier?.below !== undefined ? `below ${to}` : `up to ${to}`;
  if (to === undefined) return before?.below !== undefined ? `${from} or more` : `above ${from}`;
  return `in ${from}–${to}`;
}
