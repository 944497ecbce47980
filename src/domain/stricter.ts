import { isDeepStrictEqual } from 'node:util';
import { type Evaluation, evaluateProposal, FRESH } from './impact.ts';
import { inputProblems } from './input-schema.ts';
import {
  type Allowance,
  describeWho,
  findAction,
  type Manifests,
  type OfferedAction,
  type Tier,
  type Who,
} from './manifest.ts';
import { emailIdentity } from './person.ts';
import type { Decision, Proposal } from './proposal.ts';
import { approvalsOf, approversOf, reviewComesBefore } from './votes.ts';

/** What stands between a decision and the policy of today. */
export type Tightening =
  /** It is judged and decided anew by today's policy, in a round of its own. */
  | { readonly outcome: 'ask_again'; readonly because: string }
  /** Today's policy does not take this proposal at all. */
  | { readonly outcome: 'refuse'; readonly because: string };

/** A proposal with the version of the manifests that judged it, and the one in force now. */
export interface Comparison {
  readonly proposal: Proposal;
  readonly judged: { readonly offered: OfferedAction; readonly tier: Tier };
  readonly now: Manifests;
  /** Minor units that count with it today, where today's workflow picks its tier by a sum. */
  readonly prior: bigint;
}

/**
 * Whether what was decided, or is being asked, is enough for the policy in force: the tier of today for this very input, held against
 * what was really decided. Undefined: it is. A policy that got looser changes nothing, since what was judged is what is done.
 */
export function whyStricter(comparison: Comparison): Tightening | undefined {
  const { proposal, judged, now } = comparison;
  const offered = findAction(now, proposal.action);
  const agent = now.agents[proposal.agent];
  if (!offered || !agent?.may.includes(proposal.action))
    return refuse(`${proposal.agent} may not propose ${proposal.action} any more`);
  if (inputProblems(offered.action.input, proposal.input).length > 0)
    return refuse(`${proposal.action} does not take this input any more`);
  const evaluation = evaluateNow(comparison, offered);
  if (!evaluation || !isCountedAlike(evaluation, offered, proposal))
    return refuse(`${proposal.action} is counted otherwise now`);
  const held: Held = { proposal, judged, offered, tier: evaluation.tier, owner: agent.owner };
  for (const shortfall of SHORTFALLS) {
    const because = shortfall(held);
    if (because !== undefined) return { outcome: 'ask_again', because };
  }
  return undefined;
}

function refuse(because: string): Tightening {
  return { outcome: 'refuse', because };
}

/** Undefined: it can't be evaluated. A sum that only grew since is no change of policy: it counts where the workflow is another. */
function evaluateNow(
  { proposal, judged, now, prior }: Comparison,
  offered: OfferedAction,
): Evaluation | undefined {
  const standing = isDeepStrictEqual(judged.offered.workflow, offered.workflow) ? FRESH : { ...FRESH, prior };
  try {
    return evaluateProposal(offered, proposal.input, now.organisation, standing);
  } catch {
    return undefined;
  }
}

/** What a proposal is about, for how much, and where it is summed never changes; if that would be other today, it has to be another proposal. */
function isCountedAlike({ impact, account }: Evaluation, { workflow }: OfferedAction, proposal: Proposal) {
  return (
    workflow.id === proposal.workflow &&
    account === proposal.account &&
    impact?.minor === proposal.impact?.minor &&
    impact?.currency === proposal.impact?.currency
  );
}

/** What was decided or is being asked, and the tier of today. */
interface Held {
  readonly proposal: Proposal;
  readonly judged: Comparison['judged'];
  readonly offered: OfferedAction;
  readonly tier: Tier;
  readonly owner: Who;
}

type Shortfall = (held: Held) => string | undefined;

const CONFIRMS = { none: 0, dialog: 1, type: 2 } as const;

/** Each is one way to be stricter; the first that applies is said. Clocks and channels are none: nobody decides differently by them. */
const SHORTFALLS: readonly Shortfall[] = [
  ({ offered, judged }) => {
    const asked = new Set(judged.offered.action.require.map(({ that }) => that));
    const added = offered.action.require.find(({ that }) => !asked.has(that));
    return added && `it now requires that ${added.that}`;
  },
  ({ offered, judged }) => {
    const { unchanged } = offered.action;
    return unchanged !== undefined && unchanged !== judged.offered.action.unchanged
      ? 'it now depends on a record that must not have changed'
      : undefined;
  },
  ({ offered, proposal }) =>
    proposal.reversible && !offered.action.undo ? "it can't be undone any more" : undefined,
  ({ tier, judged, offered }) => {
    if (tier.decide !== 'agent') return undefined;
    const [before, after] = [judged.offered.workflow.budget, offered.workflow.budget];
    const less = isLess(before?.perAccount, after?.perAccount) || isLess(before?.perAgent, after?.perAgent);
    return judged.tier.decide === 'agent' && less ? 'the agent may decide less alone' : undefined;
  },
  ({ tier, judged }) =>
    tier.decide !== 'agent' && judged.tier.decide === 'agent' ? 'a person has to decide it' : undefined,
  ({ tier, judged }) =>
    tier.decide !== 'agent' && tier.approvals > judged.tier.approvals
      ? `it takes ${tier.approvals} people`
      : undefined,
  ({ tier, judged }) =>
    tier.decide !== 'agent' && CONFIRMS[tier.confirm] > CONFIRMS[judged.tier.confirm]
      ? 'it has to be confirmed'
      : undefined,
  whyOthersDecide,
  whyReviewed,
  ({ tier, judged, proposal }) => {
    const last = approvalsOf(proposal).at(-1);
    if (!last || tier.executeWithinMs >= judged.tier.executeWithinMs) return undefined;
    const until = last.at.getTime() + judged.tier.holdMs + tier.executeWithinMs;
    return proposal.readAt.getTime() > until ? 'its approval is good for less time' : undefined;
  },
];

/** Also where there was none before, and where the same amount counts for longer. */
function isLess(before: Allowance | undefined, after: Allowance | undefined): boolean {
  if (!after) return false;
  return !before || after.minor < before.minor || after.withinMs > before.withinMs;
}

/** Of who has approved, too few could today; or, while nobody has, somebody is asked who could not. */
function whyOthersDecide({ proposal, judged, tier, owner }: Held): string | undefined {
  if (tier.decide === 'agent') return undefined;
  const may = approversOf(tier, proposal);
  const could = approversOf(judged.tier, proposal);
  const others = `${may.map(describeWho).join(' or ')} decides it now`;
  if (proposal.state === 'pending') return could.every((who) => isNamed(who, may)) ? undefined : others;
  const votes = approvalsOf(proposal);
  const owns = votes.some((vote) => isNamedDirectly(vote, [owner]));
  if (owns) return 'who approved it answers for the agent now';
  const lent = tier.delegates === 'same_tier' && judged.tier.delegates === 'any';
  const good = votes.filter((vote) => mayStill(vote, could, may) && !(lent && vote.for));
  return good.length < tier.approvals ? others : undefined;
}

function whyReviewed({ proposal, judged, offered, tier }: Held): string | undefined {
  const { review } = tier;
  if (tier.decide === 'agent' || !review) return undefined;
  const was = judged.tier.review;
  if (!was) return 'a second human has to look at it';
  const before = reviewComesBefore(offered, review);
  if (before && !reviewComesBefore(judged.offered, was))
    return 'a second human has to agree before it is written';
  const agreed = proposal.decisions.filter(({ round, kind }) => round === proposal.round && kind === 'agree');
  const good =
    agreed.length > 0
      ? agreed.every((vote) => mayStill(vote, was.by, review.by))
      : was.by.every((who) => isNamed(who, review.by));
  return good ? undefined : `${review.by.map(describeWho).join(' or ')} is the second human now`;
}

function isNamed(who: Who, list: readonly Who[]): boolean {
  return list.some((each) => describeWho(each) === describeWho(who));
}

function isNamedDirectly({ identities }: Decision, list: readonly Who[]): boolean {
  return list.some((who) => {
    if (who.kind === 'email') return identities.includes(emailIdentity(who.email));
    return who.kind === 'id' && identities.includes(`id:${who.id}`);
  });
}

/** Who is in a group now is not known here: it counts for who came through it as long as every group of then may decide still. */
function mayStill(vote: Decision, could: readonly Who[], may: readonly Who[]): boolean {
  if (isNamedDirectly(vote, may)) return true;
  if (isNamedDirectly(vote, could)) return false;
  return could.filter(({ kind }) => kind === 'group').every((who) => isNamed(who, may));
}
