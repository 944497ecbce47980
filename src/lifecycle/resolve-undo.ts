import type { Context } from '../context.ts';
import type { OfferedAction } from '../domain/manifest.ts';
import type { Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { getCompensation } from '../store/compensations.ts';
import { getFence } from '../store/executions.ts';
import { finishUndo, type UndoEnding } from './finish-undo.ts';

export interface UndoFound {
  readonly proposal: Proposal;
  /** The undoing's execution. */
  readonly id: string;
  /** Whether the person found it undone. */
  readonly happened: boolean;
  readonly person: Person;
}

/**
 * Records what a person found of an undoing that may have happened, and of the plan's item. Not happened: the write stands, and another
 * rollback may have it. False: somebody was faster, and nothing of it was recorded.
 */
export async function resolveUndo(
  context: Context,
  offered: OfferedAction,
  { proposal, id, happened, person }: UndoFound,
): Promise<boolean> {
  const compensation = await getCompensation(context.database, id);
  const fence = await getFence(context.database, id);
  const claim = { id, proposalId: proposal.id, fence, was: 'started', kind: 'compensate' } as const;
  const ending: UndoEnding = happened
    ? { state: 'undone', why: `${person.name} found that it was undone`, result: {} }
    : { state: 'failed', why: `${person.name} found that it was not undone` };
  const by = { id: person.userId, name: person.name };
  const data = { happened, by, was: compensation.error };
  return finishUndo({ context, claim, compensation, offered, proposal }, ending, {
    actor: person.principal,
    data,
    event: 'undo.resolved',
  });
}
