import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Tier } from '../domain/manifest.ts';
import type { Groups, Person, StandIn } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { standingVote } from '../domain/votes.ts';
import type { Change, NewDecision } from '../store/changes.ts';
import { listReviewsDue } from '../store/due-proposals.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import type { DecideResult } from './decide.ts';
import { decidedEvent, tierOf, voterOf } from './judge.ts';
import { doubtRows } from './plan-doubted.ts';

export interface Reviewing {
  readonly proposalId: string;
  readonly digest: string;
  readonly verdict: 'agreed' | 'objected';
  /** Needed to object. */
  readonly reason: string | null;
  readonly person: Person;
  readonly groups: Groups;
}

const TRIES = 8;

/**
 * Records what the second human says. Before the write, agreeing makes it ready and objecting ends it; after it, an objection
 * pages, has a rollback planned, and takes from the agent what it may decide alone. Committed when it resolves to `decided`.
 */
export async function review(context: Context, reviewing: Reviewing): Promise<DecideResult> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await getProposal(context.database, reviewing.proposalId);
    const { person, groups, digest, verdict } = reviewing;
    const mine = standingVote(proposal, person);
    if (mine?.kind === (verdict === 'agreed' ? 'agree' : 'object')) return { outcome: 'repeated', proposal };
    const offered = await offeredOf(context, proposal);
    const tier = tierOf(offered, proposal.tierIndex);
    const permission = authorize(
      { kind: 'review', proposal, offered, tier, digest },
      person,
      context.manifests,
      groups,
    );
    if (!permission.allowed) return { outcome: 'refused', because: permission.because };
    const outcome = await context.changes.change(transition(proposal, reviewing, tier, permission.for));
    if (outcome === 'applied')
      return { outcome: 'decided', proposal: await getProposal(context.database, proposal.id) };
    if (outcome === 'late')
      return {
        outcome: 'refused',
        because: `The time to review #${proposal.number} is over, and nothing of yours was recorded.`,
      };
  }
  return {
    outcome: 'refused',
    because: 'Several people were at it at the same moment. Nothing of yours was recorded: please try again.',
  };
}

function transition(
  proposal: Proposal,
  reviewing: Reviewing,
  { executeWithinMs, holdMs }: Tier,
  standsFor: StandIn | null | undefined,
): Change {
  const { person, reason } = reviewing;
  const agreed = reviewing.verdict === 'agreed';
  const decision: NewDecision = {
    stage: 'review',
    verdict: agreed ? 'approved' : 'rejected',
    kind: agreed ? 'agree' : 'object',
    digest: reviewing.digest,
    reason,
    ...voterOf(person, standsFor),
  };
  const { id, version } = proposal;
  const isBefore = proposal.state === 'in_review';
  const state = isBefore ? (agreed ? 'approved' : 'rejected') : proposal.state;
  const common = { id, version, decision, unlapsed: true, events: [decidedEvent(decision, state)] };
  const card = { topic: 'card', ref: proposal.id };
  if (isBefore) {
    if (!agreed) return { ...common, set: { state, review: 'objected' }, outbox: [card] };
    const set = { state, review: 'agreed' } as const;
    return {
      ...common,
      set,
      executeInMs: executeWithinMs + holdMs,
      holdMs,
      execute: true,
      reviewed: true,
      outbox: [card],
    };
  }
  if (agreed) return { ...common, set: { review: 'agreed' }, outbox: [card] };
  return {
    ...common,
    ...doubted(proposal, `${person.name} objected to #${proposal.number}: ${reason ?? ''}`),
    set: { review: 'objected' },
  };
}

/** After the write, doubt pages and plans its rollback, and the agent decides nothing alone until an operator gives that back. */
function doubted(proposal: Proposal, because: string): Pick<Change, 'distrust' | 'outbox'> {
  return {
    distrust: because,
    outbox: doubtRows(proposal.id),
  };
}

const BATCH = 1_000;

/** Ends reviews that nobody gave in time: before the write nothing is written, after it the lapse is treated as doubt. */
export async function lapseReviews(context: Context): Promise<number> {
  let lapsed = 0;
  for (;;) {
    const due = await listReviewsDue(context.database, BATCH);
    const outcomes = await Promise.all(due.map((id) => lapse(context, id)));
    lapsed += outcomes.filter(Boolean).length;
    if (due.length < BATCH) return lapsed;
  }
}

async function lapse(context: Context, id: string): Promise<boolean> {
  const proposal = await getProposal(context.database, id);
  if (proposal.review?.state !== 'awaiting') return false;
  const isBefore = proposal.state === 'in_review';
  const state = isBefore ? 'expired' : proposal.state;
  const common = {
    id,
    version: proposal.version,
    events: [
      {
        type: 'review.lapsed',
        actor: 'countersign',
        data: { due_at: proposal.review.dueAt?.toISOString() ?? null, state },
      },
    ],
  };
  const change: Change = isBefore
    ? { ...common, set: { state, review: 'lapsed' }, outbox: [{ topic: 'card', ref: id }] }
    : {
        ...common,
        ...doubted(proposal, `nobody reviewed #${proposal.number} in time`),
        set: { review: 'lapsed' },
      };
  return (await context.changes.change(change)) === 'applied';
}
