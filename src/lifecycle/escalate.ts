import type { Context } from '../context.ts';
import { takeSteps } from '../store/steps.ts';

const BATCH = 200;

/**
 * Does every step that is due: reminds, adds people who may decide from then on, pages. A sweep by the database's clock: any number
 * of processes may tick, ticks may double or be missed, and each step is done once, late if it has to be. Returns how many.
 */
export async function escalateDue(context: Context): Promise<number> {
  let done = 0;
  for (;;) {
    const taken = await takeSteps(context.database, BATCH);
    if (taken === 0) return done;
    done += taken;
  }
}
