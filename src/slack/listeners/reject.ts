import type { ViewResponseAction } from '@slack/bolt';
import { limits } from '../cards/limits.ts';
import { noticeModal } from '../cards/notice.ts';
import { rejectModal } from '../cards/reject-modal.ts';
import type { Session } from '../session.ts';
import { encodeCardRef } from './card-ref.ts';
import type { Click } from './click.ts';
import { decideOn } from './decide-on.ts';
import { lookAtCard } from './look-at-card.ts';
import { openAndJudge } from './open-and-judge.ts';
import type { Submission } from './submission.ts';

/** Opens the window in which they say why. */
export async function askWhyNot(session: Session, click: Click): Promise<void> {
  await click.ack();
  const look = await lookAtCard(session, click.card);
  if (look.outcome === 'refused') return click.tell(look.because);
  await openAndJudge(session, click, look.act, rejectModal(look.view, encodeCardRef(look.card)));
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
