import type { ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { typedValue } from '../../domain/amendment.ts';
import { isObject, type Json, type JsonObject } from '../../domain/json.ts';
import { amend } from '../../lifecycle/amend.ts';
import { askQuestion } from '../../lifecycle/ask-question.ts';
import { handOver } from '../../lifecycle/hand-over.ts';
import type { CardView } from '../cards/card-view.ts';
import { amendModal, askModal, handOverModal } from '../cards/more-modals.ts';
import { noticeModal } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import { encodeCardRef } from './card-ref.ts';
import type { Click } from './click.ts';
import { type KnownCard, lookAtCard } from './look-at-card.ts';
import { openAndJudge } from './open-and-judge.ts';
import type { Submission } from './submission.ts';

/** Opens one of the windows behind More… */
function opening(modalOf: (view: CardView, privateMetadata: string) => ModalView) {
  return async (session: Session, click: Click): Promise<void> => {
    await click.ack();
    const look = await lookAtCard(session, click.card);
    if (look.outcome === 'refused') return click.tell(look.because);
    await openAndJudge(session, click, look.act, modalOf(look.view, encodeCardRef(look.card)));
  };
}

export const openAsk = opening(askModal);
export const openAmend = opening(amendModal);
export const openHandOver = opening(handOverModal);

type Told = { readonly title: string; readonly text: string };

/** Does what a window is for, on the card that it was opened from; committed before it is answered. */
function submitting(
  act: (session: Session, look: KnownCard, submission: Submission) => Promise<Told | ViewResponseAction>,
) {
  return async (session: Session, submission: Submission): Promise<ViewResponseAction> => {
    const look = await lookAtCard(session, submission.card);
    const done =
      look.outcome === 'refused'
        ? { title: 'Not recorded', text: look.because }
        : await act(session, look, submission);
    return 'response_action' in done
      ? done
      : { response_action: 'update', view: noticeModal(done.title, done.text) };
  };
}

export const ask = submitting(async (session, { act }, submission) => {
  const { proposal, tier } = act;
  const who = await whoActs(session, submission.by, { kind: 'ask', proposal, tier });
  const text = submission.valueOf('question', 'question');
  const result = await askQuestion(session.context, { proposalId: proposal.id, text, ...who });
  return result.outcome === 'refused'
    ? { title: 'Not asked', text: result.because }
    : {
        title: 'Asked',
        text: `The agent is asked. The time goes on; its answer will stand on the card of #${proposal.number}.`,
      };
});

export const amendIt = submitting(async (session, { act, view }, submission) => {
  const typed = inputTyped(view, submission);
  if ('errors' in typed) return { response_action: 'errors', errors: typed.errors };
  const who = await whoActs(session, submission.by, act);
  const { proposal, digest } = act;
  const result = await amend(session.context, {
    proposalId: proposal.id,
    digest,
    changes: typed.changes,
    ...who,
  });
  if (result.outcome === 'refused') return { title: 'Not changed', text: result.because };
  const then = result.lowers
    ? 'You may approve it on its own card.'
    : 'As it does more than lower the impact, somebody else has to approve it.';
  return {
    title: 'Changed',
    text: `#${result.other.number} takes the place of #${proposal.number} and is judged now. ${then}`,
  };
});

function inputTyped(
  { offered, proposal }: CardView,
  submission: Submission,
): { readonly changes: JsonObject } | { readonly errors: Record<string, string> } {
  const { action } = offered;
  const schema = isObject(action.input) && isObject(action.input.properties) ? action.input.properties : {};
  const names = action.editable.filter((name) => Object.hasOwn(proposal.input, name));
  const values = names.map((name): [string, Json | undefined] => [
    name,
    typedValue(schema[name], submission.valueOf(name, 'value')),
  ]);
  const errors = Object.fromEntries(
    values.flatMap(([name, value]) =>
      value === undefined ? [[name, 'That is no value of this field.']] : [],
    ),
  );
  if (Object.keys(errors).length > 0) return { errors };
  const changes = Object.fromEntries(
    values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return { changes };
}

export const handItOver = submitting(async (session, { act }, submission) => {
  const colleague = submission.userOf('colleague', 'colleague');
  if (!colleague) return { response_action: 'errors', errors: { colleague: 'Choose somebody.' } };
  const [who, to] = await Promise.all([
    whoActs(session, submission.by, act),
    session.people.personOf(session.me.teamId, colleague),
  ]);
  const { proposal, digest } = act;
  const result = await handOver(session.context, { proposalId: proposal.id, digest, to, ...who });
  return result.outcome === 'refused'
    ? { title: 'Not handed over', text: result.because }
    : { title: 'Handed over', text: `${to.name} gets #${proposal.number} directly.` };
});
