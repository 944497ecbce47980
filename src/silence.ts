import { EXIT } from './errors.ts';
import type { Logger } from './logger.ts';

/** New connections so often in a row without an answer from any of them: a new process has nothing of what holds this one up. */
const MOST_IN_A_ROW = 3;

/** What becomes of a process whose database is silent: it is logged, and at the third time the process ends (69), to be started anew. */
export function watchSilence(
  log: Logger,
  end: (exitCode: number) => void = (exitCode) => process.exit(exitCode),
): (inARow: number) => void {
  return (inARow) => {
    log.error({ inARow }, 'database.silent');
    if (inARow < MOST_IN_A_ROW) return;
    log.error({ inARow }, 'database.given_up');
    end(EXIT.unavailable);
  };
}
