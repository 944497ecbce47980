import type { ViewResponseAction } from '@slack/bolt';
import { type Act, authorize } from '../../domain/authorize.ts';
import { loggable } from '../../logger.ts';
import { limits } from '../cards/limits.ts';
import { noticeModal } from '../cards/notice.ts';
import { rejectModal } from '../cards/reject-modal.ts';
import type { Session } from '../session.ts';
import { ask } from '../web.ts';
import { whoActs } from '../who-acts.ts';
import { encodeCardRef } from './card-ref.ts';
import type { Click, Clicker } from './click.ts';
import { decideOn } from './decide-on.ts';
import { lookAtCard } from './look-at-card.ts';
import { openWindow } from './open-window.ts';
import type { Submission } from './submission.ts';

/** Opens the window first, since its trigger lasts three seconds, and then finds out whether this person may. */
export async function askWhyNot(session: Session, click: Click): Promise<void> {
  await click.ack();
  const look = await lookAtCard(session, click.card);
  if (look.outcome === 'refused') return click.tell(look.because);
  const viewId = await openWindow(session, click, rejectModal(look.view, encodeCardRef(look.card)));
  const because = await whyNot(session, look.act, click.by);
  if (because === undefined) return;
  await ask(session.web.views.update({ view_id: viewId, view: noticeModal('Not recorded', because) }));
}

/** Only a clear no spares somebody the typing. What can't be found out now is found out when it is sent. */
async function whyNot(session: Session, act: Act, by: Clicker): Promise<string | undefined> {
  const { manifests, log } = session.context;
  try {
    const { person, groups } = await whoActs(session, by, act);
    if (Object.values(groups).includes(null)) return undefined;
    const permission = authorize(act, person, manifests, groups);
    return permission.allowed ? undefined : permission.because;
  } catch (error) {
    log.warn({ err: loggable(error) }, 'slack.not_known_yet');
    return undefined;
  }
}

/** What is typed is judged at its field; anything else is answered in the window. Committed before it is answered. */
export async function reject(session: Session, submission: Submission): Promise<ViewResponseAction> {
  const reason = submission.valueOf('reason', 'reason').trim();
  if (reason.length < limits.reason.min) {
    return {
      response_action: 'errors',
      errors: { reason: 'Please say why in a few words: the agent learns from it.' },
    };
  }
  const result = await decideOn(session, submission.card, submission.by, { verdict: 'rejected', reason });
  const view =
    result.outcome === 'refused'
      ? noticeModal('Not recorded', result.because)
      : noticeModal('Rejected', `#${result.proposal.number} is rejected, and nothing will be written.`);
  return { response_action: 'update', view };
}
