import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import { type Confirmation, UNCONFIRMED } from '../domain/confirmation.ts';
import type { OfferedAction, Tier } from '../domain/manifest.ts';
import type { Groups, Person, StandIn } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { approvalsOf, reviewComesBefore, standingVote } from '../domain/votes.ts';
import type { Change, NewDecision } from '../store/changes.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { decidedEvent, tierOf, voterOf } from './judge.ts';

export interface Deciding {
  readonly proposalId: string;
  /** Of the card that the person saw. */
  readonly digest: string;
  readonly verdict: 'approved' | 'rejected';
  readonly reason: string | null;
  /** How an approval was confirmed; a tier that asks for it refuses one that was not. */
  readonly confirmation?: Confirmation;
  readonly person: Person;
  /** As of this click; what could not be looked up is null and refuses. */
  readonly groups: Groups;
}

export type DecideResult =
  | { readonly outcome: 'decided'; readonly proposal: Proposal }
  /** The very same decision of the same person stands already. */
  | { readonly outcome: 'repeated'; readonly proposal: Proposal }
  | { readonly outcome: 'refused'; readonly because: string };

const TRIES = 8;

/**
 * Records one person's decision. Committed when it resolves to `decided`: the vote, the state, the audit event, the cards' update
 * and, once enough have approved, the write that is ready from that moment on (or the review that comes before it). `seen` is the proposal
 * where it has just been read: a decision is only recorded on it if it is still so, and nobody is refused by it.
 */
export async function decide(context: Context, deciding: Deciding, seen?: Proposal): Promise<DecideResult> {
  const first = seen && (await decideOnce(context, deciding, seen));
  if (first !== 'stale' && first?.outcome === 'decided') return first;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await getProposal(context.database, deciding.proposalId);
    const result = await decideOnce(context, deciding, proposal);
    if (result !== 'stale') return result;
  }
  return {
    outcome: 'refused',
    because: 'Several people were at it at the same moment. Nothing of yours was recorded: please try again.',
  };
}

/** `stale`: it is not any more as it was read. */
async function decideOnce(
  context: Context,
  deciding: Deciding,
  proposal: Proposal,
): Promise<DecideResult | 'stale'> {
  const standing = alreadyDecided(proposal, deciding);
  if (standing) return standing;
  const offered = await offeredOf(context, proposal);
  const tier = tierOf(offered, proposal.tierIndex);
  const { person, groups, digest, verdict, confirmation = UNCONFIRMED } = deciding;
  const approving = verdict === 'approved' ? { approving: confirmation } : {};
  const permission = authorize(
    { kind: 'decide', proposal, offered, tier, digest, ...approving },
    person,
    context.manifests,
    groups,
  );
  if (!permission.allowed) return { outcome: 'refused', because: permission.because };
  const decision = decisionOf(proposal, deciding, tier, permission.for);
  const outcome = await context.changes.change(transition(proposal, decision, offered, tier));
  switch (outcome) {
    case 'applied':
      return { outcome: 'decided', proposal: await getProposal(context.database, proposal.id) };
    case 'late':
      return {
        outcome: 'refused',
        because: `#${proposal.number} has expired: nobody decided in time, and nothing was written.`,
      };
    default:
      return 'stale';
  }
}

/** A vote of this person's that stands already, or a decision that somebody else has settled. */
function alreadyDecided(proposal: Proposal, { person, verdict }: Deciding): DecideResult | undefined {
  const kind = verdict === 'approved' ? 'approve' : 'reject';
  const mine = standingVote(proposal, person);
  if (mine?.kind === kind) return { outcome: 'repeated', proposal };
  if (proposal.state === 'pending' && !mine) return undefined;
  const made =
    mine ?? proposal.decisions.findLast((each) => each.round === proposal.round && each.stage === 'approve');
  if (!made) return undefined;
  const who = mine ? 'You' : made.by.name;
  const did = {
    approve: 'approved',
    reject: 'rejected',
    agree: 'agreed to',
    object: 'objected to',
    take_back: 'took back',
  }[made.kind];
  return { outcome: 'refused', because: `${who} ${did} #${proposal.number} already; a decision is final.` };
}

function decisionOf(
  proposal: Proposal,
  { verdict, digest, person, reason }: Deciding,
  { approvals }: Tier,
  standsFor: StandIn | null | undefined,
): NewDecision {
  const approved = verdict === 'approved';
  const settles = !approved || approvalsOf(proposal).length + 1 >= approvals;
  return {
    stage: 'approve',
    verdict: settles ? verdict : null,
    kind: approved ? 'approve' : 'reject',
    digest,
    reason,
    ...voterOf(person, standsFor),
  };
}

function transition(proposal: Proposal, decision: NewDecision, offered: OfferedAction, tier: Tier): Change {
  const settled = settling(decision, offered, tier);
  return {
    id: proposal.id,
    version: proposal.version,
    unexpired: true,
    decision,
    events: [decidedEvent(decision, settled.set.state ?? proposal.state)],
    outbox: [{ topic: 'card', ref: proposal.id }],
    ...settled,
  };
}

function settling({ verdict }: NewDecision, offered: OfferedAction, tier: Tier): Settled {
  if (verdict === null) return { set: { expiresAt: null } };
  return verdict === 'rejected' ? { set: { state: 'rejected', expiresAt: null } } : approval(offered, tier);
}

type Settled = Pick<Change, 'set'> & Partial<Change>;

/** What enough approvals lead to: the write, or first the second human. */
function approval(offered: OfferedAction, tier: Tier): Settled {
  const { review, executeWithinMs, holdMs } = tier;
  if (review && reviewComesBefore(offered, review)) {
    return { set: { state: 'in_review', review: 'awaiting', expiresAt: null }, reviewInMs: review.withinMs };
  }
  return {
    set: { state: 'approved', expiresAt: null, ...(review ? { review: 'awaiting' } : {}) },
    ...(review ? { reviewInMs: review.withinMs } : {}),
    executeInMs: executeWithinMs + holdMs,
    holdMs,
    execute: true,
  };
}
