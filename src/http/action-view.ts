import { describeInterval, type Evaluation } from '../domain/impact.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import {
  type Agent,
  describeWho,
  findAction,
  type Manifests,
  type OfferedAction,
} from '../domain/manifest.ts';
import { amountOf } from '../domain/money.ts';
import type { Post } from '../lifecycle/propose.ts';
import { decider } from './next-words.ts';

/** What an agent may propose, with all that it needs to do so. */
export function actionViews(manifests: Manifests, agent: Agent): Json[] {
  return agent.may.flatMap((name) => {
    const offered = findAction(manifests, name);
    return offered ? [actionView(offered, manifests.organisation.currency)] : [];
  });
}

function actionView({ name, system, action, workflow }: OfferedAction, currency: string): Json {
  return {
    action: name,
    title: action.title,
    system: system.id,
    workflow: workflow.id,
    currency,
    reversible: action.undo !== undefined,
    irreversible: action.irreversible ?? null,
    input: action.input,
    tiers: workflow.tiers.map((tier, index) => ({
      impact: describeInterval(workflow, index, currency),
      decide: tier.decide,
      by: tier.approvers.map(describeWho),
    })),
  };
}

/** The answer to a dry run: what would be proposed, for how much, and who would decide. */
export function considerationView(
  offered: OfferedAction,
  evaluation: Evaluation,
  summary: string,
  post: Post,
  currency: string,
): JsonObject {
  const { impact, tier, why, account } = evaluation;
  const alone = tier.decide === 'agent';
  return {
    dry_run: true,
    next: alone
      ? 'Nothing is stored. Proposed, it would be written without anybody asked, if the system of record agrees.'
      : `Nothing is stored. Proposed, it would wait for ${decider(tier)}.`,
    action: offered.name,
    system: offered.system.id,
    workflow: offered.workflow.id,
    account,
    summary,
    impact: { amount: impact && amountOf(impact), currency, claimed: post.claimedImpact },
    tier: { decide: tier.decide, why },
    deciders: tier.approvers.map(describeWho),
    reversible: offered.action.undo !== undefined,
  };
}
