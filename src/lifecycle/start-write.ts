import { beginExecution, releaseExecution } from '../store/executions.ts';
import { askAgain } from './ask-again.ts';
import { UNUSED } from './ask-late.ts';
import type { Attempt } from './attempt.ts';

/** Commits that a write has started. False: it must not, and what follows from that is done. */
export async function startWrite(
  attempt: Attempt,
  needMs: number,
  byHand = false,
  onAsked?: () => void,
): Promise<boolean> {
  const { context, claim } = attempt;
  const beginning = await beginExecution(context.database, claim, needMs, byHand, onAsked);
  switch (beginning) {
    case 'started':
      return true;
    case 'late':
      await askAgain(attempt, UNUSED);
      return false;
    case 'disabled':
      // What was started before is claimed again to be looked at only.
      await releaseExecution(context.database, claim, 0, attempt.execution.error);
      return false;
    case 'lost':
    case 'changed':
      context.log.warn({ execution: claim.id, beginning }, 'execution.not_begun');
      await releaseExecution(context.database, claim, 1_000, null);
      return false;
  }
}
