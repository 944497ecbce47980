import { describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import type { Attempt } from './attempt.ts';
import { askLeave } from './pace.ts';
import { renderRequest } from './record.ts';

/**
 * The record as the write left it. That it can't be read does not undo the write: then there is no after-image. `paid`: the leave for
 * this look was taken together with the write's.
 */
export async function lookAfter(
  { connector, offered, proposal, context }: Pick<Attempt, 'connector' | 'offered' | 'proposal' | 'context'>,
  result: JsonObject,
  paid = false,
): Promise<JsonObject | null> {
  const { after } = offered.action;
  if (!after) return null;
  try {
    if (!paid) await askLeave(context, offered.system, 1);
    const answer = await connector.read(
      renderRequest(after, { input: proposal.input, account: proposal.account, result }),
    );
    if (judgeAnswer(answer) === 'done' && answer.kind === 'answered' && isObject(answer.body))
      return answer.body;
    context.log.warn({ proposal: proposal.id, why: describeAnswer(answer) }, 'execution.after_image_missed');
  } catch (error) {
    context.log.warn({ proposal: proposal.id, err: String(error) }, 'execution.after_image_missed');
  }
  return null;
}
