import type { ViewResponseAction } from '@slack/bolt';
import type { Act } from '../../domain/authorize.ts';
import { type ManualResult, settleManual } from '../../lifecycle/settle-manual.ts';
import { fullCardViewOf } from '../card-view-of.ts';
import { manualModal } from '../cards/manual-modal.ts';
import { noticeModal } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import { encodeCardRef } from './card-ref.ts';
import type { Click } from './click.ts';
import { type KnownCard, lookAtCard } from './look-at-card.ts';
import { openAndJudge } from './open-and-judge.ts';
import type { Submission } from './submission.ts';

/** Opens the window that says what is to be done by hand and asks what became of it. */
export async function askForEvidence(session: Session, click: Click): Promise<void> {
  await click.ack();
  const look = await lookAtCard(session, click.card);
  if (look.outcome === 'refused') return click.tell(look.because);
  const view = await fullCardViewOf(session.context, look.act.proposal);
  const done = click.actionId === 'manual_done';
  await openAndJudge(session, click, actOf(look), manualModal(view, done, encodeCardRef(look.card)));
}

export const sayDone = (session: Session, submission: Submission) => settle(session, submission, true);
export const sayNotDone = (session: Session, submission: Submission) => settle(session, submission, false);

function actOf({ act }: KnownCard): Act {
  return { kind: 'settle_manual', proposal: act.proposal, system: act.offered.system };
}

async function settle(session: Session, submission: Submission, done: boolean): Promise<ViewResponseAction> {
  const look = await lookAtCard(session, submission.card);
  if (look.outcome === 'refused') return notice('Not recorded', look.because);
  const evidence = submission.valueOf('evidence', 'evidence');
  const who = await whoActs(session, submission.by, actOf(look));
  const proposalId = look.act.proposal.id;
  const result = await settleManual(session.context, { proposalId, done, evidence, ...who });
  if (result.outcome === 'refused') return notice('Not recorded', result.because);
  return notice('Recorded', sentenceOf(result, done));
}

function sentenceOf(
  { proposal, what, agrees }: Extract<ManualResult, { outcome: 'settled' }>,
  done: boolean,
): string {
  const recorded = `#${proposal.number} is recorded as ${done ? '' : 'not '}${what === 'undo' ? 'undone' : 'done'}`;
  if (agrees === false)
    return `${recorded}, but the system does not show what was proposed: please look at it again.`;
  return `${recorded}${agrees ? ', and the system shows it' : ''}.`;
}

function notice(title: string, text: string): ViewResponseAction {
  return { response_action: 'update', view: noticeModal(title, text) };
}
