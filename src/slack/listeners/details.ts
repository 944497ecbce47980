import type { ViewResponseAction } from '@slack/bolt';
import { fullCardViewOf } from '../card-view-of.ts';
import { detailsModal } from '../cards/details-modal.ts';
import { noticeModal } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { encodeCardRef } from './card-ref.ts';
import type { Click } from './click.ts';
import { decideOn } from './decide-on.ts';
import { lookAtCard } from './look-at-card.ts';
import { openWindow } from './open-window.ts';
import type { Submission } from './submission.ts';

export async function showDetails(session: Session, click: Click): Promise<void> {
  await click.ack();
  const look = await lookAtCard(session, click.card);
  if (look.outcome === 'refused') return click.tell(look.because);
  const view = await fullCardViewOf(session.context, look.act.proposal);
  await openWindow(session, click, detailsModal(view, encodeCardRef(look.card)));
}

/** The window's own Approve, for what does not fit on a card. */
export async function approveDetails(session: Session, submission: Submission): Promise<ViewResponseAction> {
  const result = await decideOn(session, submission.card, submission.by, {
    verdict: 'approved',
    reason: null,
  });
  const view =
    result.outcome === 'refused'
      ? noticeModal('Not recorded', result.because)
      : noticeModal('Approved', `#${result.proposal.number} is approved. The card shows what becomes of it.`);
  return { response_action: 'update', view };
}
