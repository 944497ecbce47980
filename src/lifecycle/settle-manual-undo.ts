import type { Context } from '../context.ts';
import type { Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { judgeUndo } from '../domain/undo.ts';
import { getFence } from '../store/executions.ts';
import { finishUndo } from './finish-undo.ts';
import { lookForUndo } from './look-for-undo.ts';
import { askLeave } from './pace.ts';
import { prepareUndo } from './prepare-undo.ts';
import type { UndoAttempt } from './undo-attempt.ts';

export interface HandUndo {
  readonly done: boolean;
  readonly evidence: string;
  readonly person: Person;
}

/**
 * Records what a person says of an undoing that was theirs to do by hand, and whether the system shows it (null: it can't be asked).
 * `stale`: somebody else has said so already.
 */
export async function settleManualUndo(
  context: Context,
  proposal: Proposal,
  { done, evidence, person }: HandUndo,
): Promise<boolean | null | 'stale'> {
  const id = proposal.undoing?.id ?? '';
  const fence = await getFence(context.database, id);
  const claim = { id, proposalId: proposal.id, fence, was: 'started', kind: 'compensate' } as const;
  const attempt = await prepareUndo(context, claim);
  const agrees = done ? await looksUndone(attempt) : null;
  const said = { by: { id: person.userId, name: person.name }, evidence, agrees };
  const ending = done
    ? ({ state: 'undone', why: null, result: said } as const)
    : ({ state: 'failed', why: evidence } as const);
  const recorded = await finishUndo(attempt, ending, { actor: person.principal, data: said });
  return recorded ? agrees : 'stale';
}

/** Whether the record is not as our write left it any more. */
async function looksUndone(attempt: UndoAttempt): Promise<boolean | null> {
  const { context, offered, undo, proposal, execution } = attempt;
  if (!undo.read) return null;
  try {
    await askLeave(context, offered.system, 1);
    const look = await lookForUndo(context, offered, undo, { proposal, execution });
    if (look.outcome === 'gone') return true;
    return !judgeUndo(offered.action, undo, { proposal, execution }, look.now).may;
  } catch {
    return null;
  }
}
