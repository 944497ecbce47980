import { RetryLater } from '../errors.ts';
import { readOutboxState } from '../store/outbox.ts';
import { takeTokens } from '../store/rates.ts';
import { givenUpMessage } from './cards/parked.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';

const HOUR_MS = 3_600_000;
const TURN = 'given_up';

/** Tells in `alerts` what is given up after repeated failure, once an hour at most; nothing, if nothing is any more. */
export async function tellGivenUp(posting: Posting): Promise<void> {
  const { database } = posting.context;
  const state = await readOutboxState(database);
  if (state.parkedCount === 0) return;
  const waitMs = await takeTokens(database, TURN, 1, HOUR_MS);
  if (waitMs > 0) throw new RetryLater('what was given up is told once an hour', waitMs);
  try {
    await postAlert(posting, givenUpMessage(state, posting.command));
  } catch (error) {
    await takeTokens(database, TURN, 1, HOUR_MS, -1); // Its turn is still to come.
    throw error;
  }
}
