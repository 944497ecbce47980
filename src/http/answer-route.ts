import { z } from 'zod';
import { ANSWER_CHARACTERS } from '../domain/question.ts';
import { answerQuestion } from '../lifecycle/answer-question.ts';
import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import { characters } from './characters.ts';
import type { Desk } from './door-options.ts';
import { readJsonObject } from './json-body.ts';
import { problem } from './problem.ts';
import { answerWith, findNamed, noSuchProposal } from './proposal-routes.ts';
import { readQuery } from './query.ts';
import { validate } from './validate.ts';

export const answerBody = z.strictObject({
  text: characters(ANSWER_CHARACTERS),
  question: z
    .string()
    .max(100)
    .optional()
    .describe('Under a signature, which does not cover the address: the id that stands there'),
});

const SHAPE = { noun: 'an answer', known: { '': Object.keys(answerBody.shape) } };

/** `POST /v1/proposals/{id}/questions/{qid}/answer`: ends in `answerQuestion`. */
export async function postAnswer(desk: Desk, call: Call): Promise<Answer> {
  const query = readQuery(call.query, []);
  if (!query.ok) return query.refusal;
  const read = readJsonObject(call);
  if (!read.ok) return read.refusal;
  const body = validate(answerBody, read.value, SHAPE);
  if (!body.ok) return body.refusal;
  const { text, question } = body.value;
  const own = await findNamed(desk, call);
  if (!own) return noSuchProposal;
  const { qid = '' } = call.params;
  if (question !== undefined ? question !== qid : call.signedId !== undefined)
    return problem(
      'bad-request',
      'The body has to name the question of the address: {"question": "q_…", "text": "…"}.',
    );
  const { outcome, proposal } = await answerQuestion(desk.context, own.id, qid, text);
  switch (outcome) {
    case 'answered':
      return answerWith(desk, proposal, 200);
    case 'no_such_question':
      return problem(
        'no-such-question',
        `#${proposal.number} has no question of this id: see its questions.`,
      );
    case 'other_answer':
      return problem('already-answered', 'Another answer stands there already, and people may have read it.');
    case 'too_late':
      return problem('too-late', `#${proposal.number} is ${proposal.state}: nobody asks any more.`, {
        state: proposal.state,
      });
    default:
      return outcome satisfies never;
  }
}
