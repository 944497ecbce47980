import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import { formatDuration } from '../../domain/duration.ts';
import { isOpen } from '../../domain/proposal.ts';
import { agentBlocks } from './agent-words.ts';
import { blockId, buttonValue, type CardView, impactOf } from './card-view.ts';
import { deadline, factBlocks, headline, inputOf } from './facts.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { outcomeOf } from './outcome.ts';
import { line, type Piece, plain, richText, sentence } from './pieces.ts';
import { show } from './text.ts';

/** A proposal as people see it. What stands before the agent's own words is computed from what will be done, alone. */
export function decisionCard(view: CardView): SlackMessage {
  const { proposal } = view;
  if (proposal.state === 'pending') return cardWith(view, buttons(view), deadline(view), '');
  const outcome = outcomeOf(view);
  return cardWith(view, richText(blockId('outcome', view), line(...outcome)), outcome, '');
}

/** The same card while a click is being recorded: a second click has nothing left to hit. */
export function recordingCard(
  view: CardView,
  personName: string,
  verdict: 'approved' | 'rejected',
): SlackMessage {
  const what = verdict === 'approved' ? 'approval' : 'rejection';
  const pieces: Piece[] = ['Recording ', { said: `${personName}’s`, max: limits.name }, ` ${what}…`];
  return cardWith(
    view,
    richText(blockId('outcome', view, 'recording'), line(...pieces)),
    pieces,
    'recording',
  );
}

/** Whether a card may be approved where it stands: all of the input is on it. */
export function isShownWhole(view: CardView): boolean {
  return inputOf(view).missing === undefined;
}

function cardWith(view: CardView, middle: KnownBlock, said: readonly Piece[], mark: string): SlackMessage {
  const { proposal, organisation } = view;
  const facts = factBlocks(view);
  const proof: KnownBlock = {
    type: 'context',
    block_id: blockId('proof', view, mark),
    elements: [plain(ruleOf(view), limits.sentence), plain(proofOf(view), limits.header)],
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
    blocks: [...facts, middle, proof, ...agentBlocks(view)],
  };
}

function ruleOf({ proposal, offered, tier }: CardView): string {
  const then = `once approved it is done within ${formatDuration(tier.executeWithinMs)}, or asked again`;
  return `${offered.workflow.title}: ${proposal.why}${proposal.state === 'pending' ? `; ${then}` : ''}`;
}

/** Two cards that look alike are told apart by it: it covers everything that was shown and will be done. */
function proofOf({ proposal }: CardView): string {
  const short = (digest: string | null) => (digest ?? 'none yet').replace('sha256:', '').slice(0, 16);
  return `#${proposal.number} · digest ${short(proposal.digest)} · policy ${short(proposal.policy)}`;
}

function buttons(view: CardView): ActionsBlock {
  const details = button(view, 'details', 'Full details');
  const elements = isShownWhole(view) ? [approveButton(view), rejectButton(view), details] : [details];
  return { type: 'actions', block_id: blockId('decide', view), elements };
}

function approveButton(view: CardView): Button {
  const approve: Button = { ...button(view, 'approve', 'Approve'), style: 'primary' };
  if (view.proposal.reversible) return approve;
  const text = `It cannot be undone. ${headline(view)}, account ${view.proposal.account}.`;
  return {
    ...approve,
    confirm: {
      title: plain(`Approve #${view.proposal.number} for ${impactOf(view)}?`, limits.confirm.title),
      text: plain(text, limits.confirm.text),
      confirm: plain('Approve', limits.modal.button),
      deny: plain('Not yet', limits.modal.button),
    },
  };
}

export function rejectButton(view: CardView): Button {
  return { ...button(view, 'reject', 'Reject'), style: 'danger' };
}

function button(view: CardView, action: 'approve' | 'reject' | 'details', label: string): Button {
  const { proposal } = view;
  const end = ` #${proposal.number}`;
  const room = limits.button.accessibility - end.length;
  return {
    type: 'button',
    action_id: action,
    text: plain(label, limits.button.text),
    value: buttonValue(view),
    accessibility_label: show(`${label}: ${proposal.summary}`, { max: room }) + end,
  };
}
