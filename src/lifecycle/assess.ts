import type { Context } from '../context.ts';
import type { Standing } from '../domain/impact.ts';
import { findAction, type Manifests, type OfferedAction } from '../domain/manifest.ts';
import { amountOf } from '../domain/money.ts';
import type { Proposal } from '../domain/proposal.ts';
import { RetryLater } from '../errors.ts';
import type { Change, ChangeOutcome } from '../store/changes.ts';
import { getProposal } from '../store/proposals.ts';
import { readSum } from '../store/sums.ts';
import { block, judge } from './judge.ts';
import { askLeave } from './pace.ts';
import { type Look, lookAtRecord, looksOf } from './record.ts';

/**
 * Judges a received proposal. Level-triggered: does nothing if it is judged already. Committed when it returns; throws
 * {@link SystemAway} to be tried again.
 */
export async function assess(context: Context, id: string): Promise<void> {
  await judgeNow(context, id, 'received', (change) => ({ ...change, unexpired: true }));
}

const TRIES = 8;

/** How the record is seen that is judged by. */
export type Looking = (context: Context, offered: OfferedAction, proposal: Proposal) => Promise<Look>;

/** As the system has it now. Throws {@link SystemAway}. */
export const lookNow: Looking = async (context, offered, proposal) => {
  const looks = looksOf(offered.action);
  if (looks > 0) await askLeave(context, offered.system, looks);
  return lookAtRecord(context, offered, proposal);
};

/**
 * Judges a proposal in `state` by the record and the sums as they are now, and commits what `amend` makes of the judgement, if anything. What
 * the agent may not decide alone is judged again for people, and so is what somebody else's commit has changed meanwhile. `by` are
 * the manifests that it is judged by, where not by its own; `look`, where not as it is now.
 */
export async function judgeNow(
  context: Context,
  id: string,
  state: Proposal['state'],
  amend: (change: Change, proposal: Proposal) => Change | undefined,
  by?: Manifests,
  look: Looking = lookNow,
): Promise<void> {
  const first = await getProposal(context.database, id);
  if (first.state !== state) return;
  const manifests = by ?? (await context.policyOf(first.policy));
  const { organisation, digest: policy } = manifests;
  const offered = actionIn(manifests, first.action);
  const reversible = offered.action.undo !== undefined;
  const seen = await look(context, offered, first);
  let notAlone: string | undefined;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await getProposal(context.database, id);
    if (proposal.state !== state) return;
    const { version, round } = proposal;
    const standing: Standing = { prior: await priorSum(context, offered, proposal), notAlone };
    const change =
      seen.outcome === 'blocked'
        ? block(id, version, seen.because, null)
        : judge({
            offered,
            organisation,
            proposal: { ...proposal, policy, reversible },
            version,
            round,
            before: seen.record,
            pin: seen.pin,
            standing,
            now: proposal.readAt,
          });
    const amended = amend(change, proposal);
    if (!amended) return;
    const outcome = await context.changes.change(amended);
    if (outcome === 'applied' || outcome === 'late' || outcome === 'fenced') return;
    if (outcome !== 'stale') notAlone = sayWhyNotAlone(outcome, offered, proposal, organisation.currency);
  }
  throw new RetryLater(`proposal ${id} changes faster than it can be judged`);
}

/** Minor units that were proposed in the window of the workflow's `cumulative`, this one apart; 0 where it has none. */
export async function priorSum(
  context: Context,
  { workflow }: OfferedAction,
  proposal: Proposal,
): Promise<bigint> {
  if (!workflow.cumulative) return 0n;
  const { per, withinMs } = workflow.cumulative;
  return readSum(context.database, {
    workflow: workflow.id,
    per,
    value: proposal[per],
    withinMs,
    except: proposal.id,
  });
}

function sayWhyNotAlone(
  outcome: Extract<ChangeOutcome, 'over_account' | 'over_agent' | 'distrusted'>,
  { workflow }: OfferedAction,
  proposal: Proposal,
  currency: string,
): string {
  if (outcome === 'distrusted')
    return `${proposal.agent} may decide nothing alone until an operator gives that back`;
  const [allowance, whose] =
    outcome === 'over_account'
      ? [workflow.budget?.perAccount, `account ${proposal.account}`]
      : [workflow.budget?.perAgent, proposal.agent];
  const limit = amountOf({ minor: allowance?.minor ?? 0n, currency });
  return `the agent may decide ${limit} in all for ${whose}, and this would pass it`;
}

/** The action as the version that judged the proposal has it. */
export async function offeredOf(
  context: Context,
  proposal: Pick<Proposal, 'policy' | 'action'>,
): Promise<OfferedAction> {
  return actionIn(await context.policyOf(proposal.policy), proposal.action);
}

function actionIn(manifests: Manifests, name: string): OfferedAction {
  const offered = findAction(manifests, name);
  if (!offered) throw new Error(`${manifests.digest} has no action ${name}`);
  return offered;
}
