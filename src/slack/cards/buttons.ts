import type { Button, ConfirmationDialog } from '@slack/types';
import { buttonValue, type CardView, impactOf } from './card-view.ts';
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
