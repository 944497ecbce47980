import { Decimal } from './decimal.ts';
import { evaluate, type Scope } from './expression.ts';
import type { JsonObject } from './json.ts';
import { TooLongToLoop } from './loops.ts';
import type { Action, OfferedAction, Organisation, Tier, Workflow } from './manifest.ts';
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

/** Computes the dollar impact from the input alone: nothing else that an agent writes has a part in it. Where it can't be, `why` may say why not. */
function computeImpact(
  action: Action,
  input: JsonObject,
  currency: string,
): { readonly impact: Money | null; readonly why?: string } {
  try {
    const value = evaluate(action.impact, { input });
    const decimal = value instanceof Decimal ? value : typeof value === 'bigint' ? Decimal.of(value) : null;
    return { impact: decimal ? moneyOf(decimal.abs(), currency) : null };
  } catch (error) {
    return { impact: null, ...(error instanceof TooLongToLoop ? { why: error.message } : {}) };
  }
}

/** Whom the proposal is about. Throws when the expression can't be evaluated. */
function accountOf(action: Action, input: JsonObject): string {
  const value = evaluate(action.account, { input });
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'bigint') return value.toString();
  throw new RangeError('the account is neither a text nor a whole number');
}

/** What is known when a proposal is judged for good, beyond its input. */
export interface Standing {
  /** Minor units proposed before in the window of `cumulative`; the tier is picked by the sum. */
  readonly prior: bigint;
  /** Why the agent may not decide this alone, whatever its tier: a budget, an objection, the floor. */
  readonly notAlone: string | undefined;
}

export const FRESH: Standing = { prior: 0n, notAlone: undefined };

/**
 * Picks the first tier that fits: its condition holds and its interval has the impact (or the sum, where that counts). What
 * can't be computed goes to the last tier, and what the agent may not decide alone to the next one that people decide.
 */
export function evaluateProposal(
  offered: Pick<OfferedAction, 'action' | 'workflow'>,
  input: JsonObject,
  organisation: Pick<Organisation, 'currency' | 'floor'>,
  standing: Standing = FRESH,
): Evaluation {
  const { action, workflow } = offered;
  const { currency } = organisation;
  const { impact, why: whyNot } = computeImpact(action, input, currency);
  const account = accountOf(action, input);
  const picked = pick(workflow, impact && impact.minor + standing.prior, { input, account });
  const raised = raise(workflow, picked, action, organisation, standing);
  const tier = workflow.tiers[raised.index];
  if (!tier) throw new Error(`workflow ${workflow.id} has no tiers`);
  const place = impact
    ? `${amountOf(impact)}${sumOf(standing, impact)} is ${describeInterval(workflow, picked, currency)}`
    : UNKNOWN;
  const why = raised.because ? `${place}; ${raised.because}` : place;
  const tried = workflow.tiers.slice(0, raised.index + 1).map((_, index) => ({
    rule: describeTier(workflow, index, currency),
    result:
      index === picked
        ? 'fits'
        : index === raised.index
          ? `decides: ${raised.because}`
          : index < picked
            ? 'does not fit'
            : 'passed over',
    because: [],
  }));
  const computed = {
    rule: `impact = ${action.impact}`,
    result: impact ? formatMoney(impact) : `not computable${whyNot ? `: ${whyNot}` : ''}`,
    because: [],
  };
  const reason = { rule: `workflow ${workflow.id}`, result: why, because: [computed, ...tried] };
  return { impact, account, tierIndex: raised.index, tier, why, reason };
}

const UNKNOWN = 'the impact could not be computed, so the highest tier decides';

function sumOf({ prior }: Standing, { minor, currency }: Money): string {
  return prior === 0n
    ? ''
    : ` (${amountOf({ minor: minor + prior, currency })} with what was proposed before)`;
}

function pick(workflow: Workflow, minor: bigint | null, scope: Scope): number {
  const last = workflow.tiers.length - 1;
  if (minor === null) return last;
  const found = workflow.tiers.findIndex((tier) => within(tier, minor) && condition(tier, scope) !== 'fails');
  const tier = workflow.tiers[found];
  if (!tier) return last;
  const highest = workflow.tiers[last]?.decide ?? 'named';
  return condition(tier, scope) === 'unknown' && RANK[tier.decide] < RANK[highest] ? last : found;
}

/**
 * A condition that can't be evaluated counts as fitting where its tier asks for as much as the last: else an agent whose input breaks it
 * could choose who decides.
 */
function condition(tier: Tier, scope: Scope): 'holds' | 'fails' | 'unknown' {
  if (tier.when === undefined) return 'holds';
  try {
    return evaluate(tier.when, scope) === false ? 'fails' : 'holds';
  } catch {
    return 'unknown';
  }
}

const RANK = { agent: 0, human: 1, named: 2 } as const;

function raise(
  workflow: Workflow,
  picked: number,
  action: Action,
  { floor }: Pick<Organisation, 'floor'>,
  { notAlone }: Standing,
): { readonly index: number; readonly because: string | undefined } {
  const decide = workflow.tiers[picked]?.decide ?? 'named';
  const least = floor && action.undo === undefined && !workflow.isDrill ? floor.irreversible : 'agent';
  const because =
    RANK[decide] < RANK[least]
      ? "it can't be undone"
      : decide === 'agent' && notAlone !== undefined
        ? notAlone
        : undefined;
  if (because === undefined) return { index: picked, because };
  const wanted = Math.max(RANK[least], RANK.human);
  const higher = workflow.tiers.findIndex(
    (tier, index) => index > picked && tier.when === undefined && RANK[tier.decide] >= wanted,
  );
  return { index: higher < 0 ? workflow.tiers.length - 1 : higher, because };
}

function describeTier(workflow: Workflow, index: number, currency: string): string {
  const tier = workflow.tiers[index];
  const condition = tier?.when === undefined ? '' : `, when ${tier.when}`;
  return `tier ${index + 1} (${tier?.decide}): ${describeInterval(workflow, index, currency)}${condition}`;
}

function within(tier: Tier, minor: bigint): boolean {
  if (tier.below !== undefined) return minor < tier.below;
  if (tier.upTo !== undefined) return minor <= tier.upTo;
  return true;
}

/** `in 500.00–5000.00`, `below 500.00`, `above 5000.00`. */
export function describeInterval(workflow: Workflow, index: number, currency: string): string {
  const tier = workflow.tiers[index];
  const before =
    tier?.when === undefined
      ? workflow.tiers.slice(0, index).findLast((each) => each.when === undefined)
      : undefined;
  const end = (minor: bigint | undefined) =>
    minor === undefined ? undefined : amountOf({ minor, currency });
  const from = end(before?.below ?? before?.upTo);
  const to = end(tier?.below ?? tier?.upTo);
  if (from === undefined && to === undefined) return 'any amount';
  if (from === undefined) return tier?.below !== undefined ? `below ${to}` : `up to ${to}`;
  if (to === undefined) return before?.below !== undefined ? `${from} or more` : `above ${from}`;
  return `in ${from}–${to}`;
}
