import type { Context } from '../context.ts';
import { toldText } from '../domain/personal-fields.ts';
import { isSettled, type Proposal } from '../domain/proposal.ts';
import { publicQuestionId } from '../domain/question.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { personalIn } from './judge.ts';

export type AnswerResult = {
  /** `other_answer`: it was answered before, with another text. */
  readonly outcome: 'answered' | 'no_such_question' | 'other_answer' | 'too_late';
  readonly proposal: Proposal;
};

/** The agent's answer, once. Committed when it resolves to `answered`, also if this very answer stood there already. */
export async function answerQuestion(
  context: Context,
  id: string,
  questionId: string,
  text: string,
): Promise<AnswerResult> {
  for (;;) {
    const proposal = await getProposal(context.database, id);
    const question = proposal.questions.find(
      (each) => each.id === questionId || publicQuestionId(each.id) === questionId,
    );
    if (!question) return { outcome: 'no_such_question', proposal };
    if (question.answer)
      return { outcome: question.answer.text === text ? 'answered' : 'other_answer', proposal };
    if (isSettled(proposal.state)) return { outcome: 'too_late', proposal };
    const offered = await offeredOf(context, proposal);
    const outcome = await context.changes.change({
      id,
      version: proposal.version,
      set: {},
      answer: { id: question.id, text },
      events: [
        {
          type: 'question.answered',
          actor: `agent:${proposal.agent}`,
          ...personalIn(offered, ['text']),
          data: { question: question.id, text: toldText(offered.action, text, proposal) },
        },
      ],
      outbox: [{ topic: 'card', ref: id }],
    });
    if (outcome === 'applied')
      return { outcome: 'answered', proposal: await getProposal(context.database, id) };
  }
}
