import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { loggable } from '../logger.ts';
import { listLate } from '../store/due-proposals.ts';
import type { Claim } from '../store/executions.ts';
import { askAgain, askAgainAsKnown } from './ask-again.ts';
import { type Looking, lookNow } from './assess.ts';
import { SystemAway } from './pace.ts';
import { prepare } from './prepare.ts';

/** Why an approval is asked again whose `execute_within` is over. */
export const UNUSED = 'the approval was not used in time';

const BATCH = 100;
/** A system that takes longer is not waited for: who approved is to hear of it in time. */
const LOOK_MS = 2_000;

/**
 * Asks again for what was approved and not begun in its time, whatever holds it up: a system that is paused, closed or away, a queue that
 * nobody collects. What is in somebody's hands is left to them, and what is switched off waits. A sweep by the database's clock: ticks
 * may double or be missed. Returns how many it came upon.
 */
export async function askLate(context: Context): Promise<number> {
  const seen: string[] = [];
  for (;;) {
    const late = await listLate(context.database, BATCH, seen);
    await Promise.all(late.map((claim) => askOne(context, claim)));
    seen.push(...late.map(({ proposalId }) => proposalId));
    if (late.length < BATCH) return seen.length;
  }
}

async function askOne(context: Context, claim: Claim): Promise<void> {
  try {
    const attempt = await prepare(context, claim);
    try {
      await askAgain(attempt, UNUSED, lookSoon);
    } catch (error) {
      if (!(error instanceof SystemAway)) throw error;
      await askAgainAsKnown(attempt, UNUSED);
    }
  } catch (error) {
    context.log.warn({ proposal: claim.proposalId, err: loggable(error) }, 'approval.not_asked_again');
  }
}

const lookSoon: Looking = async (context, offered, proposal) => {
  const looked = new AbortController();
  try {
    return await Promise.race([
      lookNow(context, offered, proposal),
      wait(LOOK_MS, undefined, { signal: looked.signal }).then(() => {
        throw new SystemAway(`${offered.system.title} does not answer`);
      }),
    ]);
  } finally {
    looked.abort();
  }
};
