import { type Answer, backoffMs, describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { releaseExecution } from '../store/executions.ts';
import type { Attempt } from './attempt.ts';
import { receiptOf } from './receipt.ts';

/** Between the commit that a write has started and its first byte; a kill switch waits as long before it is acknowledged. */
export const GRACE_MS = 150;
/** What must be left of a lease beyond the write itself. */
export const MARGIN_MS = 5_000;

/**
 * The hand-off, of writes and of their undoing: when the connector has all else ready, `mayStart` commits that it has started, and the
 * first byte leaves within the grace from when it asked the database for that, or not at all. Sends the bytes of the envelope; only the credential is added, by the
 * connector. Undefined: there is nothing to settle, it was not begun.
 */
export async function sendWrite(
  attempt: Attempt,
  mayStart: (onAsked: () => void) => Promise<boolean>,
): Promise<Answer | undefined> {
  const { context, claim, connector, envelope, offered } = attempt;
  let begun: boolean | undefined;
  const answer = await connector.write(envelope.request, {
    key: envelope.execution,
    scope: offered.action.scope,
    receipt: receiptOf(attempt),
    start: async () => {
      let asked = performance.now();
      begun = await mayStart(() => {
        asked = performance.now();
      });
      return begun ? asked + GRACE_MS : undefined;
    },
  });
  if (begun === false) return undefined;
  const isNotDone = judgeAnswer(answer) === 'not_done';
  // What was started before stays as doubtful as it was when its repetition never came to the write, or was not done.
  const isDoubtful = claim.was === 'started' && (begun === undefined || isNotDone);
  if (isDoubtful || (begun === undefined && isNotDone)) {
    const asked = answer.kind === 'answered' ? answer.retryAfterMs : undefined;
    await releaseExecution(
      context.database,
      claim,
      asked ?? backoffMs(2, Math.random()),
      describeAnswer(answer),
    );
    return undefined;
  }
  return answer;
}
