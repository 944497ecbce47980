import { stageOfTarget } from '../audience.ts';
import { fullCardViewOf } from '../card-view-of.ts';
import { detailsModal } from '../cards/details-modal.ts';
import { withPast } from '../copy-for.ts';
import type { Session } from '../session.ts';
import { encodeCardRef } from './card-ref.ts';
import type { Click } from './click.ts';
import { lookAtCard } from './look-at-card.ts';
import { openWindow } from './open-window.ts';

export async function showDetails(session: Session, click: Click): Promise<void> {
  await click.ack();
  // It decides nothing: the window that it opens shows the whole, of a line too.
  const look = await lookAtCard(session, click.card && { ...click.card, isOpened: true });
  if (look.outcome === 'refused') return click.tell(look.because);
  const view = await withPast(session.context, await fullCardViewOf(session.context, look.act.proposal));
  const copy = stageOfTarget(look.target) === 'review' ? { ...view, stage: 'review' as const } : view;
  await openWindow(session, click, detailsModal(copy, encodeCardRef(look.card)));
}
