import type { Proposal } from './proposal.ts';
import type { SwitchedBy } from './switches.ts';

/** It was written, and the second human objected or never looked. */
export function isInDoubt({ state, review }: Pick<Proposal, 'state' | 'review'>): boolean {
  return state === 'executed' && (review?.state === 'objected' || review?.state === 'lapsed');
}

/** Who asks for the undoing of what nobody reviewed in time. Postgres lets it ask for no other (`asked_by_people`). */
const LAPSED: SwitchedBy = {
  principal: 'policy:review',
  id: 'review',
  name: 'the review that nobody gave in time',
};

/** Whose doubt it is: the second human's, who objected, or else the review's own. */
export function doubterOf({ decisions, round }: Pick<Proposal, 'decisions' | 'round'>): SwitchedBy {
  const objection = decisions.findLast((each) => each.round === round && each.kind === 'object');
  return objection ? { principal: objection.principal, ...objection.by } : LAPSED;
}
