import { approvalsOf, approversOf, isReviewable } from '../../domain/votes.ts';
import { anyOf, type CardView } from './card-view.ts';
import { limits } from './limits.ts';
import type { Piece } from './pieces.ts';
import { lateness } from './proposal-rows.ts';

/** Why they are asked, who decides by when, and what happens if nobody does; nothing once it is over. */
export function whoDecides(view: CardView): Piece[][] {
  const { proposal, tier } = view;
  if (tier.decide === 'agent') return [];
  const why: Piece[] = ['Why a person decides: ', { said: proposal.why }, '.'];
  if (proposal.state === 'pending')
    return [
      why,
      [...deadline(view), ...expiry(proposal)],
      ...(tier.approvals > 1 ? [[quorum(view)]] : []),
      ...awayLines(view),
      ...handedLines(view),
    ];
  if (!isReviewable(proposal)) return [];
  const otherwise =
    proposal.state === 'in_review'
      ? ' If nobody does, it expires and nothing is written.'
      : ' If nobody does, the agent may decide nothing alone until an operator gives that back.';
  return [why, [...reviewDeadline(view), otherwise], ...awayLines(view)];
}

/** With the time, where it is another than the one by which somebody should decide. */
function expiry({ dueAt, expiresAt, paused }: CardView['proposal']): Piece[] {
  if (!expiresAt) return [];
  if (!dueAt || paused) return [' If nobody does, it expires and nothing is written.'];
  return [' If nobody does, it expires ', expiresAt, ' and nothing is written.'];
}

/** `Dana Whitfield is away until …; Lea Brandt decides for them.` */
function awayLines({ away = [] }: CardView): Piece[][] {
  return away
    .slice(0, limits.names)
    .map(({ name, until, delegate }) => [
      { said: name, max: limits.name },
      ' is away until ',
      until,
      ...(delegate
        ? ['; ', { said: delegate.name, max: limits.name }, ' decides for them, where they may.']
        : ['.']),
    ]);
}

function handedLines({ proposal }: CardView): Piece[][] {
  return proposal.handovers
    .slice(-limits.names)
    .map(({ byName, toName }) => [
      { said: byName, max: limits.name },
      ' gave it to ',
      { said: toName, max: limits.name },
      '.',
    ]);
}

/** `@support-leads decides by …`, which is also what a phone shows. */
export function deadline(view: CardView): Piece[] {
  const { dueAt, expiresAt, paused } = view.proposal;
  const late = lateness(view.proposal);
  const clock: Piece[] = paused
    ? [' in the time that is left once it is on again.']
    : expiresAt
      ? [' by ', dueAt ?? expiresAt, late ? ` (it is ${late} late).` : '.']
      : ['; it expires no more, since somebody has decided.'];
  return [...anyOf(view, approversOf(view.tier, view.proposal)), ' decides', ...clock];
}

/** `Chris Okafor agrees or objects by …`. */
export function reviewDeadline(view: CardView): Piece[] {
  const { review, paused } = view.proposal;
  const clock: Piece[] = paused
    ? [' in the time that is left once it is on again.']
    : review?.dueAt
      ? [' by ', review.dueAt, '.']
      : ['.'];
  return [...anyOf(view, view.tier.review?.by ?? []), ' agrees or objects', ...clock];
}

/** `2 of 3 have approved: Lea Brandt and Max Ode; one more is needed.` */
function quorum({ proposal, tier }: CardView): Piece {
  const made = approvalsOf(proposal).map(({ by }) => by.name);
  const left = tier.approvals - made.length;
  if (made.length === 0)
    return `It takes ${tier.approvals} different people, and nobody has approved yet. One rejection ends it.`;
  const missing = left === 1 ? 'one more is needed' : `${left} more are needed`;
  const have = made.length === 1 ? 'has' : 'have';
  return {
    said: `${made.length} of ${tier.approvals} ${have} approved: ${made.join(' and ')}; ${missing}.`,
    max: limits.sentence,
  };
}
