import type { ViewResponseAction } from '@slack/bolt';
import { authorize, type CardAct } from '../../domain/authorize.ts';
import type { DecideResult } from '../../lifecycle/decide.ts';
import { review } from '../../lifecycle/review.ts';
import { isShownWhole } from '../cards/decision-card.ts';
import { limits } from '../cards/limits.ts';
import { noticeModal } from '../cards/notice.ts';
import { objectModal } from '../cards/object-modal.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import { notWhole } from './approve.ts';
import { encodeCardRef } from './card-ref.ts';
import type { Click, Clicker } from './click.ts';
import { type KnownCard, lookAtCard } from './look-at-card.ts';
import { openAndJudge } from './open-and-judge.ts';
import { startRecording } from './recording.ts';
import type { Submission } from './submission.ts';

interface Said {
  readonly verdict: 'agreed' | 'objected';
  readonly reason: string | null;
}

/** The second human's Agree. Only acknowledged once it is committed. */
export async function agree(session: Session, click: Click): Promise<void> {
  const look = await lookAtCard(session, click.card);
  if (look.outcome === 'refused') {
    await click.ack();
    return click.tell(look.because);
  }
  if (!click.viewId && !isShownWhole(look.view)) {
    await click.ack();
    return click.tell(notWhole(look.view.proposal.number, 'agree to'));
  }
  const recording = startRecording(session, click, look, 'agreement');
  const result = await reviewOn(session, look, click.by, { verdict: 'agreed', reason: null }, recording.show);
  await click.ack();
  if (result.outcome === 'refused') await click.tell(result.because);
  else if (click.viewId)
    await click.tell(`Your agreement to #${result.proposal.number} is recorded.`, 'Agreed');
  await recording.settle(result.outcome === 'refused' ? undefined : result.proposal);
}

/** Opens the window in which the second human says what is wrong. */
export async function askWhatIsWrong(session: Session, click: Click): Promise<void> {
  await click.ack();
  const look = await lookAtCard(session, click.card);
  if (look.outcome === 'refused') return click.tell(look.because);
  await openAndJudge(session, click, reviewOf(look), objectModal(look.view, encodeCardRef(look.card)));
}

export async function object(session: Session, submission: Submission): Promise<ViewResponseAction> {
  const reason = submission.valueOf('reason', 'reason').trim();
  if (reason.length < limits.reason.min)
    return {
      response_action: 'errors',
      errors: { reason: 'Please say in a few words what is wrong with it.' },
    };
  const look = await lookAtCard(session, submission.card);
  const result =
    look.outcome === 'refused'
      ? look
      : await reviewOn(session, look, submission.by, { verdict: 'objected', reason });
  const view =
    result.outcome === 'refused'
      ? noticeModal('Not recorded', result.because)
      : noticeModal(
          'Objected',
          `Your objection to #${result.proposal.number} is recorded. The card shows what follows.`,
        );
  return { response_action: 'update', view };
}

function reviewOf({ act }: KnownCard): CardAct {
  return { ...act, kind: 'review' };
}

async function reviewOn(
  session: Session,
  look: KnownCard,
  by: Clicker,
  said: Said,
  begins?: (personName: string) => void,
): Promise<DecideResult> {
  const act = reviewOf(look);
  const who = await whoActs(session, by, act);
  if (begins && authorize(act, who.person, session.context.manifests, who.groups).allowed)
    begins(who.person.name);
  return review(session.context, { proposalId: act.proposal.id, digest: act.digest, ...said, ...who });
}
