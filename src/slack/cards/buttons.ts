import type { ActionsBlock, Button, ConfirmationDialog, Overflow, PlainTextOption } from '@slack/types';
import { referencesOf } from '../../domain/references.ts';
import { blockId, buttonValue, type CardView, impactOf } from './card-view.ts';
import { headline } from './facts.ts';
import { limits } from './limits.ts';
import { plain } from './pieces.ts';
import { show } from './text.ts';

export type CardButton =
  | 'approve'
  | 'reject'
  | 'details'
  | 'agree'
  | 'object'
  | 'take_back'
  | 'manual_done'
  | 'manual_failed';

export function button(view: CardView, action: CardButton, label: string): Button {
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

/** Says the amount and the account again where the tier asks for it, or where it can't be undone; typing has a window of its own. */
export function approveButton(view: CardView): Button {
  const approve: Button = { ...button(view, 'approve', 'Approve'), style: 'primary' };
  const asks = view.tier.confirm === 'dialog' || (view.tier.confirm === 'none' && !view.proposal.reversible);
  return asks ? { ...approve, confirm: dialog(view) } : approve;
}

export function rejectButton(view: CardView): Button {
  return { ...button(view, 'reject', 'Reject'), style: 'danger' };
}

/** More…: what is rarer than yes and no. */
export function moreButton(view: CardView, withDetails: boolean): Overflow {
  const { editable } = view.offered.action;
  const option = (action: string, label: string): PlainTextOption => ({
    text: plain(label, limits.button.text),
    value: `${action}|${buttonValue(view)}`,
  });
  const lowers =
    editable.length === 1 && referencesOf(view.offered.action.impact).inputs.has(editable[0] ?? '');
  return {
    type: 'overflow',
    action_id: 'more',
    options: [
      option('ask', 'Ask the agent…'),
      ...(editable.length > 0 ? [option('amend', lowers ? 'Approve for less…' : 'Change it…')] : []),
      option('hand_over', 'Hand over…'),
      ...(withDetails ? [option('details', 'Full details')] : []),
    ],
  };
}

function dialog(view: CardView): ConfirmationDialog {
  const { proposal } = view;
  return {
    title: plain(`Approve #${proposal.number} for ${impactOf(view)}?`, limits.confirm.title),
    text: plain(restated(view), limits.confirm.text),
    confirm: plain('Approve', limits.confirm.button),
    deny: plain('Not yet', limits.confirm.button),
  };
}

/** What is confirmed: the amount, the account, and whether there is a way back. */
export function restated(view: CardView): string {
  const { proposal } = view;
  const back = proposal.reversible ? '' : 'It cannot be undone. ';
  return `${back}${headline(view)}, account ${proposal.account}.`;
}

/** The second human's; to agree only where all of it is shown. */
export function reviewButtons(
  view: CardView,
  { isWhole, withDetails }: { readonly isWhole: boolean; readonly withDetails: boolean },
): ActionsBlock {
  const agree = { ...button(view, 'agree', 'Agree'), style: 'primary' as const };
  const object = { ...button(view, 'object', 'Object'), style: 'danger' as const };
  const details = withDetails ? [button(view, 'details', 'Full details')] : [];
  const elements = [...(isWhole ? [agree] : []), object, ...details];
  return { type: 'actions', block_id: blockId('review', view), elements };
}
