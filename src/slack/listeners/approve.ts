import type { ViewResponseAction } from '@slack/bolt';
import { whyUnconfirmed } from '../../domain/confirmation.ts';
import type { DecideResult } from '../../lifecycle/decide.ts';
import type { CardView } from '../cards/card-view.ts';
import { confirmModal } from '../cards/confirm-modal.ts';
import { isShownWhole } from '../cards/decision-card.ts';
import { noticeModal } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { encodeCardRef } from './card-ref.ts';
import type { Click } from './click.ts';
import { decideOnKnown } from './decide-on.ts';
import { type KnownCard, lookAtCard } from './look-at-card.ts';
import { openWindow } from './open-window.ts';
import { startRecording } from './recording.ts';
import type { Submission } from './submission.ts';

/** Only acknowledged once the decision is committed: Slack never sends a click again. */
export async function approve(session: Session, click: Click): Promise<void> {
  const look = await lookAtCard(session, click.card);
  if (look.outcome === 'refused') {
    await click.ack();
    return click.tell(look.because);
  }
  const { proposal, tier } = look.view;
  if (proposal.state === 'pending' && !isShownWhole(look.view)) {
    await click.ack();
    return click.tell(notWhole(proposal.number, 'approve'));
  }
  if (
    proposal.state === 'pending' &&
    (tier.confirm === 'type' || (tier.confirm === 'dialog' && !click.isConfirmed))
  ) {
    await click.ack();
    await openWindow(session, click, confirmModal(look.view, encodeCardRef(look.card)));
    return;
  }
  const confirmation = { how: click.isConfirmed ? 'dialog' : 'none' } as const;
  const recording = startRecording(session, click, look, 'approval');
  const verdict = { verdict: 'approved', confirmation } as const;
  const result = await decideOnKnown(session, look, click.by, verdict, recording.show);
  await click.ack();
  if (result.outcome === 'refused') await click.tell(result.because);
  await recording.settle(result.outcome === 'refused' ? undefined : result.proposal);
}

/** Nobody answers for what they were not shown. */
export function notWhole(number: number, verb: string): string {
  return `#${number} is too large for its card. Open Full details and ${verb} it there.`;
}

/** The full details' own Approve, for what does not fit on a card. A tier that wants it confirmed asks for that next. */
export async function approveDetails(session: Session, submission: Submission): Promise<ViewResponseAction> {
  const look = await lookAtCard(session, submission.card);
  if (look.outcome === 'refused') return update(noticeModal('Not recorded', look.because));
  const { view } = look;
  if (view.proposal.state === 'pending' && view.tier.confirm !== 'none')
    return update(confirmModal(view, encodeCardRef(look.card)));
  return record(session, look, submission, { how: 'none' });
}

/** What was typed is judged at its field. Committed before it is answered. */
export async function approveConfirmed(
  session: Session,
  submission: Submission,
): Promise<ViewResponseAction> {
  const look = await lookAtCard(session, submission.card);
  if (look.outcome === 'refused') return update(noticeModal('Not recorded', look.because));
  const confirmation = confirmationOf(look.view, submission);
  const because = whyUnconfirmed(look.view.tier, look.view.proposal, confirmation);
  if (because !== undefined && look.view.tier.confirm === 'type')
    return { response_action: 'errors', errors: { typed: because } };
  return record(session, look, submission, confirmation);
}

function confirmationOf({ tier }: CardView, submission: Submission): Parameters<typeof record>[3] {
  if (tier.confirm !== 'type') return { how: 'dialog' };
  return { how: 'type', typed: submission.valueOf('typed', 'typed') };
}

async function record(
  session: Session,
  look: KnownCard,
  { by }: Submission,
  confirmation: Parameters<typeof whyUnconfirmed>[2],
): Promise<ViewResponseAction> {
  const result = await decideOnKnown(session, look, by, { verdict: 'approved', confirmation });
  return update(approvedModal(result));
}

function approvedModal(result: DecideResult): ReturnType<typeof noticeModal> {
  if (result.outcome === 'refused') return noticeModal('Not recorded', result.because);
  const { number, state } = result.proposal;
  const text =
    state === 'pending'
      ? `Your approval of #${number} is recorded; it takes more people. The card shows who.`
      : `#${number} is approved. The card shows what becomes of it.`;
  return noticeModal('Approved', text);
}

function update(view: ReturnType<typeof noticeModal>): ViewResponseAction {
  return { response_action: 'update', view };
}
