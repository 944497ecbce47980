import type { OfferedAction, Review, Tier, Who } from './manifest.ts';
import type { Person } from './person.ts';
import type { Decision, Proposal } from './proposal.ts';

/** What this human has said in the present round, at either stage and with whichever account; a take-back apart. */
export function standingVote(
  proposal: Proposal,
  { principal, identities }: Pick<Person, 'principal' | 'identities'>,
): Decision | undefined {
  return proposal.decisions.find(
    (each) =>
      each.round === proposal.round &&
      each.kind !== 'take_back' &&
      (each.principal === principal ||
        (each.for === null && each.identities.some((identity) => identities.includes(identity)))),
  );
}

/** What was said in the present round in this person's right, by them or by who stands in for them; a take-back apart. */
export function voteOfRight(proposal: Proposal, principal: string): Decision | undefined {
  return proposal.decisions.find(
    (each) =>
      each.round === proposal.round &&
      (each.principal === principal || each.for?.principal === principal) &&
      each.kind !== 'take_back',
  );
}

/** `auto`: a second human looks before the write where it can't be undone in their time, after it otherwise (guarantees.md). */
export function reviewComesBefore({ action }: OfferedAction, { timing, withinMs }: Review): boolean {
  const outlasts = (action.undo?.withinMs ?? Number.POSITIVE_INFINITY) >= withinMs;
  return timing === 'before' || (timing === 'auto' && (action.undo === undefined || !outlasts));
}

/** The second human has something to look at: what is to be written, or what was. */
export function isReviewable({ state, review }: Pick<Proposal, 'state' | 'review'>): boolean {
  return review?.state === 'awaiting' && ['in_review', 'executed', 'unknown'].includes(state);
}

/** Who may decide it now: the tier's approvers, and whom the escalation has added since. */
export function approversOf(
  { approvers }: Pick<Tier, 'approvers'>,
  { added }: Pick<Proposal, 'added'>,
): Who[] {
  return [...approvers, ...added.map(({ who }) => who)];
}

/** Who has approved in the present round. */
export function approvalsOf({ decisions, round }: Pick<Proposal, 'decisions' | 'round'>): Decision[] {
  return decisions.filter((each) => each.round === round && each.kind === 'approve');
}
