import type { Context } from '../context.ts';
import { deduplicates } from '../domain/connector-config.ts';
import {
  type Answer,
  afterLoss,
  backoffMs,
  describeAnswer,
  judgeAnswer,
  type Verdict,
} from '../domain/handoff.ts';
import { isObject } from '../domain/json.ts';
import { judgeUndo, whyTooLate } from '../domain/undo.ts';
import { beginExecution, type Claim, releaseExecution } from '../store/executions.ts';
import { finishUndo, type UndoEnding } from './finish-undo.ts';
import { lookForUndo } from './look-for-undo.ts';
import { askLeave, refuseClosed } from './pace.ts';
import { prepareUndo } from './prepare-undo.ts';
import { MARGIN_MS, sendWrite } from './send-write.ts';
import type { UndoAttempt } from './undo-attempt.ts';

/**
 * Undoes one write of a confirmed rollback: only while the record is as that write left it, through the same fence, lease and
 * begin as any write, with what the plan has confirmed. What somebody has changed since is left as it is, as a conflict. Of a system
 * that is written by hand a person is told, and it waits for settleManual.
 */
export async function undoOne(context: Context, claim: Claim): Promise<void> {
  const attempt = await prepareUndo(context, claim);
  const { offered, undo, proposal } = attempt;
  if (!claim.isOff) refuseClosed(context, offered.system, proposal.readAt);
  if (claim.was === 'started') return resume(attempt);
  const byHand = offered.system.connector.type === 'manual';
  const calls = (undo.read ? 1 : 0) + (byHand ? 0 : 1);
  if (calls > 0) await askLeave(context, offered.system, calls);
  if (!(await mayUndo(attempt))) return;
  if (byHand) await startUndo(attempt, 0, true);
  else await send(attempt);
}

/** Looks once more. False: its time is over, or somebody has changed it, and that is recorded. */
export async function mayUndo(attempt: UndoAttempt): Promise<boolean> {
  const { context, offered, undo, proposal, execution } = attempt;
  const late = whyTooLate(undo, execution, proposal.readAt);
  if (late) {
    await finishUndo(attempt, { state: 'failed', why: late });
    return false;
  }
  const look = await lookForUndo(context, offered, undo, { proposal, execution });
  const verdict =
    look.outcome === 'gone'
      ? ({ may: false, why: look.why } as const)
      : judgeUndo(offered.action, undo, { proposal, execution }, look.now);
  if (verdict.may) return true;
  const { may: _, ...conflict } = verdict;
  await finishUndo(attempt, { state: 'conflict', ...conflict });
  return false;
}

async function send(attempt: UndoAttempt): Promise<void> {
  const needMs = attempt.connector.timeoutMs + MARGIN_MS;
  const answer = await sendWrite(attempt, (onAsked) => startUndo(attempt, needMs, false, onAsked));
  if (answer) await settle(attempt, answer);
}

/** False: it must not start now; it is given back, and what stopped the rollback has canceled it or lets it go on later. */
export async function startUndo(
  { context, claim, compensation }: UndoAttempt,
  needMs: number,
  byHand = false,
  onAsked?: () => void,
): Promise<boolean> {
  const beginning = await beginExecution(context.database, claim, needMs, byHand, onAsked);
  if (beginning === 'started') return true;
  const isOff = beginning === 'disabled';
  if (!isOff) context.log.warn({ execution: claim.id, beginning }, 'undo.not_begun');
  await releaseExecution(context.database, claim, isOff ? 0 : 1_000, isOff ? compensation.error : null);
  return false;
}

async function settle(attempt: UndoAttempt, answer: Answer): Promise<void> {
  const tries = attempt.compensation.attempts + 1;
  const why = describeAnswer(answer);
  const verdict = judgeAnswer(answer);
  if (verdict === 'ambiguous') return lost(attempt, tries, 0, why);
  // No to a repetition can be because of the undoing that it repeats.
  if (verdict === 'refused' && attempt.claim.was === 'started')
    return void (await finishUndo(attempt, { state: 'unknown', why }));
  await finishUndo(attempt, endingOf(answer, verdict, tries));
}

function endingOf(answer: Answer, verdict: Exclude<Verdict, 'ambiguous'>, tries: number): UndoEnding {
  const why = describeAnswer(answer);
  switch (verdict) {
    case 'done': {
      const result = answer.kind === 'answered' && isObject(answer.body) ? answer.body : {};
      return { state: 'undone', why: null, result };
    }
    case 'not_done': {
      const asked = answer.kind === 'answered' ? answer.retryAfterMs : undefined;
      return { state: 'planned', why, retryMs: asked ?? backoffMs(tries, Math.random()) };
    }
    case 'refused':
      return { state: 'failed', why };
  }
}

/** Takes over an undoing that was started by somebody who is gone; where rollbacks are switched off nothing is sent again. */
async function resume(attempt: UndoAttempt): Promise<void> {
  const { context, claim, compensation, proposal, offered } = attempt;
  const startedAgoMs = proposal.readAt.getTime() - (compensation.startedAt?.getTime() ?? 0);
  const why = compensation.error ?? 'whoever undid it stopped before the answer was recorded';
  if (!claim.isOff && next(attempt, compensation.attempts, startedAgoMs) === 'send_again') {
    await askLeave(context, offered.system, 1);
    return send(attempt);
  }
  await finishUndo(attempt, {
    state: 'unknown',
    why: claim.isOff ? `${why}; rollbacks are switched off` : why,
  });
}

async function lost(attempt: UndoAttempt, tries: number, agoMs: number, why: string): Promise<void> {
  const { context, claim } = attempt;
  if (next(attempt, tries, agoMs) === 'send_again')
    return releaseExecution(context.database, claim, backoffMs(tries, Math.random()), why);
  await finishUndo(attempt, { state: 'unknown', why });
}

/** The same key is sent again where the system knows keys; else a human has to look. */
function next({ offered }: UndoAttempt, attempts: number, agoMs: number): ReturnType<typeof afterLoss> {
  return afterLoss({ key: deduplicates(offered.system.connector), find: false }, attempts, agoMs);
}
