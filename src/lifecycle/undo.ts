import type { Context } from '../context.ts';
import { deduplicates } from '../domain/connector-config.ts';
import { decodeEnvelope, digestOf } from '../domain/envelope.ts';
import { type Answer, afterLoss, backoffMs, describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { canonicalText, isObject, type Json } from '../domain/json.ts';
import { judgeUndo } from '../domain/undo.ts';
import { getCompensation } from '../store/compensations.ts';
import { beginExecution, type Claim, releaseExecution } from '../store/executions.ts';
import { getEnvelope, getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { finishUndo } from './finish-undo.ts';
import { lookForUndo, renderUndo } from './look-for-undo.ts';
import { askLeave, refuseClosed } from './pace.ts';
import { MARGIN_MS, sendWrite } from './send-write.ts';
import type { UndoAttempt } from './undo-attempt.ts';

/**
 * Undoes one write of a confirmed rollback: only while the record is as that write left it, through the same fence, lease and
 * begin as any write, with what the plan has confirmed. What somebody has changed since is left as it is, as a conflict.
 */
export async function undoOne(context: Context, claim: Claim): Promise<void> {
  const attempt = await prepare(context, claim);
  const { offered, undo, proposal, execution } = attempt;
  refuseClosed(context, offered.system, proposal.readAt);
  if (claim.was === 'started') return resume(attempt);
  await askLeave(context, offered.system, undo.read ? 2 : 1);
  const look = await lookForUndo(context, offered, undo, { proposal, execution });
  if (look.outcome === 'gone') return finishUndo(attempt, { state: 'conflict', why: look.why });
  const verdict = judgeUndo(offered.action, undo, { proposal, execution }, look.now);
  if (!verdict.may) return finishUndo(attempt, { state: 'conflict', why: verdict.why, diff: verdict.diff });
  return send(attempt);
}

/** Throws where what would be sent is not what was confirmed. */
async function prepare(context: Context, claim: Claim): Promise<UndoAttempt> {
  const proposal = await getProposal(context.database, claim.proposalId);
  const compensation = await getCompensation(context.database, claim.id);
  const { execution } = proposal;
  if (execution?.id !== compensation.compensates) throw new Error('the undoing is not of the present round');
  const offered = await offeredOf(context, proposal);
  const { undo } = offered.action;
  if (!undo) throw new Error(`${offered.name} has no undo`);
  const bytes = await getEnvelope(context.database, proposal.id, execution.round);
  if (digestOf(bytes) !== proposal.digest) throw new Error('the envelope is not what was approved');
  const { request } = compensation;
  const rendered = renderUndo(undo, { proposal, execution });
  if (!isSame(request, 'tool' in request && request.pin ? { ...rendered, pin: request.pin } : rendered))
    throw new Error('what would undo it is not what was confirmed');
  const envelope = { ...decodeEnvelope(bytes), execution: claim.id, request };
  const connector = context.connectorOf(offered.system);
  return { context, claim, proposal, execution, offered, envelope, connector, undo, compensation };
}

function isSame(one: object, other: object): boolean {
  const text = (value: object) => canonicalText(JSON.parse(JSON.stringify(value)) as Json);
  return text(one) === text(other);
}

async function send(attempt: UndoAttempt): Promise<void> {
  const answer = await sendWrite(attempt, () => startUndo(attempt));
  if (answer) await settle(attempt, answer);
}

/** False: it must not start now; it is given back, and what stopped the rollback has canceled it or lets it go on later. */
async function startUndo({ context, claim, connector }: UndoAttempt): Promise<boolean> {
  const beginning = await beginExecution(context.database, claim, connector.timeoutMs + MARGIN_MS);
  if (beginning === 'started') return true;
  if (beginning !== 'disabled') context.log.warn({ execution: claim.id, beginning }, 'undo.not_begun');
  await releaseExecution(context.database, claim, beginning === 'disabled' ? 0 : 1_000, null);
  return false;
}

async function settle(attempt: UndoAttempt, answer: Answer): Promise<void> {
  const { compensation } = attempt;
  const why = describeAnswer(answer);
  switch (judgeAnswer(answer)) {
    case 'done': {
      const result = answer.kind === 'answered' && isObject(answer.body) ? answer.body : {};
      return finishUndo(attempt, { state: 'undone', why: null, result });
    }
    case 'not_done': {
      const asked = answer.kind === 'answered' ? answer.retryAfterMs : undefined;
      const retryMs = asked ?? backoffMs(compensation.attempts + 1, Math.random());
      return finishUndo(attempt, { state: 'planned', why, retryMs });
    }
    case 'refused':
      return finishUndo(attempt, { state: 'failed', why });
    case 'ambiguous':
      return lost(attempt, compensation.attempts + 1, 0, why);
  }
}

/** Takes over an undoing that was started by somebody who is gone. */
function resume(attempt: UndoAttempt): Promise<void> {
  const { compensation, proposal } = attempt;
  const startedAgoMs = proposal.readAt.getTime() - (compensation.startedAt?.getTime() ?? 0);
  const why = compensation.error ?? 'whoever undid it stopped before the answer was recorded';
  if (next(attempt, compensation.attempts, startedAgoMs) === 'send_again') return send(attempt);
  return finishUndo(attempt, { state: 'unknown', why });
}

async function lost(attempt: UndoAttempt, tries: number, agoMs: number, why: string): Promise<void> {
  const { context, claim } = attempt;
  if (next(attempt, tries, agoMs) === 'send_again')
    return releaseExecution(context.database, claim, backoffMs(tries, Math.random()), why);
  return finishUndo(attempt, { state: 'unknown', why });
}

/** The same key is sent again where the system knows keys; else a human has to look. */
function next({ offered }: UndoAttempt, attempts: number, agoMs: number): ReturnType<typeof afterLoss> {
  return afterLoss({ key: deduplicates(offered.system.connector), find: false }, attempts, agoMs);
}
