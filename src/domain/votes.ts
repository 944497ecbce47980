import type { OfferedAction, Review } from './manifest.ts';
import type { Decision, Proposal } from './proposal.ts';

/** What this person has said in the present round, at either stage; a take-back apart. */
export function standingVote(proposal: Proposal, principal: string): Decision | undefined {
  return proposal.decisions.find(
    (each) => each.round === proposal.round && each.principal === principal && each.kind !== 'take_back',
  );
}

/** `auto`: a second human looks before the write where it can't be undone, after it otherwise (guarantees.md). */
export function reviewComesBefore({ action }: OfferedAction, { timing }: Review): boolean {
  return timing === 'before' || (timing === 'auto' && action.undo === undefined);
}

/** The second human has something to look at: what is to be written, or what was. */
export function isReviewable({ state, review }: Pick<Proposal, 'state' | 'review'>): boolean {
  return review?.state === 'awaiting' && ['in_review', 'executed', 'unknown'].includes(state);
}

/** Who has approved in the present round. */
export function approvalsOf({ decisions, round }: Pick<Proposal, 'decisions' | 'round'>): Decision[] {
  return decisions.filter((each) => each.round === round && each.kind === 'approve');
}
