import { deduplicates } from '../domain/connector-config.ts';
import { type Answer, afterLoss, backoffMs, describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import { releaseExecution } from '../store/executions.ts';
import type { Attempt } from './attempt.ts';
import { askWhetherItHappened } from './find.ts';
import { finishExecuted, finishFailed, finishUnknown, finishUnsent } from './finish.ts';
import { lookAfter } from './look-after.ts';
import { receiptOf } from './receipt.ts';
import { startWrite } from './start-write.ts';

/** Between the commit that a write has started and its first byte; a kill switch waits as long before it is acknowledged. */
export const GRACE_MS = 150;
/** What must be left of a lease beyond the write itself. */
export const MARGIN_MS = 5_000;

/** How long a look-up that can't be asked is tried before a human has to settle it. */
const FIND_PATIENCE_MS = 600_000;

/**
 * The hand-off: when the connector has all else ready, `started` is committed, and the first byte leaves within the grace from
 * then or not at all. Sends the bytes of the envelope; only the credential is added, by the connector.
 */
export async function send(attempt: Attempt, before: JsonObject | null): Promise<void> {
  const { context, claim, connector, envelope, offered } = attempt;
  let begun: boolean | undefined;
  const answer = await connector.write(envelope.request, {
    key: envelope.execution,
    scope: offered.action.scope,
    receipt: receiptOf(attempt),
    start: async () => {
      const asked = performance.now();
      begun = await startWrite(attempt, connector.timeoutMs + MARGIN_MS);
      return begun ? asked + GRACE_MS : undefined;
    },
  });
  if (begun === false) return;
  // It never came to the write: what was started before stays as doubtful as it was.
  if (begun === undefined && (claim.was === 'started' || judgeAnswer(answer) === 'not_done')) {
    return releaseExecution(context.database, claim, backoffMs(2, Math.random()), describeAnswer(answer));
  }
  return settleAnswer(attempt, answer, before);
}

/** Records what came of a write, or goes on to find out. */
async function settleAnswer(attempt: Attempt, answer: Answer, before: JsonObject | null): Promise<void> {
  const tries = attempt.execution.attempts + 1;
  switch (judgeAnswer(answer)) {
    case 'done': {
      const result = answer.kind === 'answered' && isObject(answer.body) ? answer.body : {};
      return finishExecuted(attempt, { result, before, after: await lookAfter(attempt, result) });
    }
    case 'not_done': {
      const asked = answer.kind === 'answered' ? answer.retryAfterMs : undefined;
      return finishUnsent(attempt, describeAnswer(answer), asked ?? backoffMs(tries, Math.random()));
    }
    case 'refused':
      return finishFailed(attempt, describeAnswer(answer), before);
    case 'ambiguous':
      return findOut(attempt, tries, 0, describeAnswer(answer));
  }
}

/** Takes over a write that was started by somebody who is gone. */
export async function resumeLost(attempt: Attempt): Promise<void> {
  const { execution, proposal } = attempt;
  const startedAgoMs = proposal.readAt.getTime() - (execution.startedAt?.getTime() ?? 0);
  const why = execution.error ?? 'whoever wrote it stopped before the answer was recorded';
  if (nextStep(attempt, execution.attempts, startedAgoMs) === 'send_again')
    return send(attempt, execution.before ?? proposal.before);
  return findOut(attempt, execution.attempts, startedAgoMs, why);
}

function nextStep(
  { offered }: Attempt,
  attempts: number,
  startedAgoMs: number,
): ReturnType<typeof afterLoss> {
  const { system, action } = offered;
  const kind = { key: deduplicates(system.connector), find: action.find !== undefined };
  return afterLoss(kind, attempts, startedAgoMs);
}

async function findOut(attempt: Attempt, attempts: number, startedAgoMs: number, why: string): Promise<void> {
  const { context, claim, offered } = attempt;
  const step = nextStep(attempt, attempts, startedAgoMs);
  if (step === 'send_again')
    return releaseExecution(context.database, claim, backoffMs(attempts, Math.random()), why);
  const { find } = offered.action;
  if (step === 'unknown' || !find) return finishUnknown(attempt, why);
  const found = await askWhetherItHappened(attempt, find);
  switch (found.answer) {
    case 'happened':
      return finishExecuted(attempt, {
        result: found.record,
        before: attempt.execution.before ?? attempt.proposal.before,
        after: await lookAfter(attempt, found.record),
      });
    case 'absent':
      return finishUnsent(attempt, `${why}; the look-up says that it did not happen`, 0);
    case 'unclear':
      return finishUnknown(attempt, `${why}; the look-up says neither that it happened nor that it did not`);
    case 'away':
      if (startedAgoMs > FIND_PATIENCE_MS)
        return finishUnknown(attempt, `${why}; the look-up can't be asked`);
      return releaseExecution(context.database, claim, backoffMs(attempts + 3, Math.random()), why);
  }
}
