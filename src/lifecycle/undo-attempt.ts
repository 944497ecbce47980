import type { Undo } from '../domain/manifest.ts';
import type { Compensation } from '../store/compensations.ts';
import type { Attempt } from './attempt.ts';

/** One holder's try at undoing one write. `execution` is the write that is undone, `envelope` names the undoing's request and key. */
export interface UndoAttempt extends Attempt {
  readonly undo: Undo;
  readonly compensation: Compensation;
}
