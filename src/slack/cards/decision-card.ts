import type { ActionsBlock, KnownBlock } from '@slack/types';
import { handWork } from '../../domain/by-hand.ts';
import { formatDuration } from '../../domain/duration.ts';
import { isOpen } from '../../domain/proposal.ts';
import { isReviewable } from '../../domain/votes.ts';
import { agentBlocks } from './agent-words.ts';
import { approveButton, button, moreButton, rejectButton, reviewButtons } from './buttons.ts';
import { blockId, type CardView, impactOf } from './card-view.ts';
import { factBlocks, inputOf } from './facts.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { outcomeOf } from './outcome.ts';
import { line, type Piece, plain, richText, sentence } from './pieces.ts';
import { deadline, reviewDeadline } from './who-decides.ts';

/** A proposal as people see it. What stands before the agent's own words is computed from what will be done, alone. */
export function decisionCard(view: CardView): SlackMessage {
  const { proposal } = view;
  if (proposal.state === 'pending' && view.stage !== 'review')
    return cardWith(view, [decideButtons(view)], deadline(view), '');
  const outcome = outcomeOf(view);
  const became = richText(blockId('outcome', view), line(...outcome));
  if (view.stage === 'review' && isReviewable(proposal))
    return cardWith(
      view,
      [became, reviewButtons(view, { isWhole: isShownWhole(view), withDetails: true })],
      [...outcome, ' ', ...reviewDeadline(view)],
      '',
    );
  if (handWork(proposal)) return cardWith(view, [became, handButtons(view)], outcome, '');
  return cardWith(view, isHeld(view) ? [became, holdButtons(view)] : [became], outcome, '');
}

/** What a click is that is being recorded. */
export type Recorded = 'approval' | 'rejection' | 'agreement';

/** The same card while a click is being recorded: a second click has nothing left to hit. */
export function recordingCard(view: CardView, personName: string, what: Recorded): SlackMessage {
  const pieces: Piece[] = ['Recording ', { said: `${personName}’s`, max: limits.name }, ` ${what}…`];
  const middle = richText(blockId('outcome', view, 'recording'), line(...pieces));
  return cardWith(view, [middle], pieces, 'recording');
}

/** Whether a card may be approved where it stands: all of the input is on it. */
export function isShownWhole(view: CardView): boolean {
  return inputOf(view).missing === undefined;
}

function cardWith(
  view: CardView,
  middle: readonly KnownBlock[],
  said: readonly Piece[],
  mark: string,
): SlackMessage {
  const { proposal, organisation } = view;
  const facts = factBlocks(view);
  const rule = plain(ruleOf(view), limits.sentence);
  const proof: KnownBlock = {
    type: 'context',
    block_id: blockId('proof', view, mark),
    elements: [rule, plain(proofOf(view), limits.header)],
  };
  const text: Piece[] = [
    `#${proposal.number}: `,
    { said: proposal.agent, max: limits.name },
    isOpen(proposal.state) ? ' asks: ' : ' asked: ',
    { said: proposal.summary, max: limits.shown.text },
    ` (${impactOf(view)}, account `,
    { said: proposal.account, max: limits.name },
    '). ',
    ...said,
  ];
  return {
    text: sentence(text, organisation.timezone),
    blocks: [...facts, ...middle, proof, ...agentBlocks(view)],
  };
}

function ruleOf({ proposal, offered, tier }: CardView): string {
  const { title } = offered.workflow;
  if (proposal.state !== 'pending') return `${title}: ${proposal.why}`;
  return `${title}; once approved it is done within ${formatDuration(tier.executeWithinMs)}, or asked again`;
}

/** Two cards that look alike are told apart by it: it covers everything that was shown and will be done. */
function proofOf({ proposal }: CardView): string {
  const short = (digest: string | null) => (digest ?? 'none yet').replace('sha256:', '').slice(0, 16);
  return `#${proposal.number} · digest ${short(proposal.digest)} · policy ${short(proposal.policy)}`;
}

function decideButtons(view: CardView): ActionsBlock {
  const elements = isShownWhole(view)
    ? [approveButton(view), rejectButton(view), moreButton(view, true)]
    : [button(view, 'details', 'Full details'), moreButton(view, false)];
  return { type: 'actions', block_id: blockId('decide', view), elements };
}

/** It is approved, and its write can still be stopped. */
function isHeld({ proposal, tier }: CardView): boolean {
  return proposal.state === 'approved' && tier.holdMs > 0 && proposal.execution?.state === 'ready';
}

/** The instructions stand in the windows: both of them show all that was approved. */
function handButtons(view: CardView): ActionsBlock {
  const label = handWork(view.proposal) === 'undo' ? 'Undone…' : 'Done…';
  const done = { ...button(view, 'manual_done', label), style: 'primary' as const };
  const elements = [
    done,
    button(view, 'manual_failed', 'Could not…'),
    button(view, 'details', 'Full details'),
  ];
  return { type: 'actions', block_id: blockId('by-hand', view), elements };
}

function holdButtons(view: CardView): ActionsBlock {
  const elements = [button(view, 'take_back', 'Take back')];
  return { type: 'actions', block_id: blockId('hold', view), elements };
}
