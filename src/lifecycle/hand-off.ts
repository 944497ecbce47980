import { deduplicates } from '../domain/connector-config.ts';
import { type Answer, afterLoss, backoffMs, describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import { releaseExecution } from '../store/executions.ts';
import type { Attempt } from './attempt.ts';
import { askWhetherItHappened } from './find.ts';
import { finishExecuted, finishFailed, finishUnknown, finishUnsent } from './finish.ts';
import { lookAfter } from './look-after.ts';
import { askLeave } from './pace.ts';
import { MARGIN_MS, sendWrite } from './send-write.ts';
import { startWrite } from './start-write.ts';

/** How long a look-up that can't be asked is tried before a human has to settle it. */
const FIND_PATIENCE_MS = 600_000;

/** Writes, and records what came of it or goes on to find out. */
export async function send(attempt: Attempt, before: JsonObject | null): Promise<void> {
  const needMs = attempt.connector.timeoutMs + MARGIN_MS;
  const answer = await sendWrite(attempt, (onAsked) => startWrite(attempt, needMs, false, onAsked));
  // It has started, which was a version of its own.
  if (answer) await settleAnswer({ ...attempt, version: attempt.version + 1 }, answer, before);
}

/** Records what came of a write, or goes on to find out. */
async function settleAnswer(attempt: Attempt, answer: Answer, before: JsonObject | null): Promise<void> {
  const tries = attempt.execution.attempts + 1;
  switch (judgeAnswer(answer)) {
    case 'done': {
      const result = answer.kind === 'answered' && isObject(answer.body) ? answer.body : {};
      return finishExecuted(attempt, { result, before, after: await lookAfter(attempt, result, true) });
    }
    case 'not_done': {
      const asked = answer.kind === 'answered' ? answer.retryAfterMs : undefined;
      return finishUnsent(attempt, describeAnswer(answer), asked ?? backoffMs(tries, Math.random()));
    }
    case 'refused':
      // No to a repetition can be because of the write that it repeats.
      if (attempt.claim.was === 'started') return askOrGiveUp(attempt, tries, 0, describeAnswer(answer));
      return finishFailed(attempt, describeAnswer(answer), before);
    case 'ambiguous':
      return findOut(attempt, tries, 0, describeAnswer(answer));
  }
}

/**
 * Takes over a write that was started by somebody who is gone. Where it is switched off it is not sent again: the system is asked, or a
 * human has to settle it.
 */
export async function resumeLost(attempt: Attempt): Promise<void> {
  const { claim, execution, proposal, offered } = attempt;
  const startedAgoMs = proposal.readAt.getTime() - (execution.startedAt?.getTime() ?? 0);
  const why = execution.error ?? 'whoever wrote it stopped before the answer was recorded';
  if (claim.isOff)
    return askOrGiveUp(attempt, execution.attempts, startedAgoMs, `${why}; it is switched off`);
  if (nextStep(attempt, execution.attempts, startedAgoMs) === 'send_again') {
    await askLeave(attempt.context, offered.system, 1 + (offered.action.after ? 1 : 0));
    return send(attempt, execution.before ?? proposal.before);
  }
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
  const { context, claim } = attempt;
  if (nextStep(attempt, attempts, startedAgoMs) === 'send_again')
    return releaseExecution(context.database, claim, backoffMs(attempts, Math.random()), why);
  return askOrGiveUp(attempt, attempts, startedAgoMs, why);
}

/** By the look-up, or else by a human. */
async function askOrGiveUp(
  attempt: Attempt,
  attempts: number,
  startedAgoMs: number,
  why: string,
): Promise<void> {
  const { context, claim, offered } = attempt;
  const { find } = offered.action;
  if (!find) return finishUnknown(attempt, why);
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
