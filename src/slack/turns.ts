import type { Database } from '../store/database.ts';
import { takeTokens } from '../store/rates.ts';
import { SlackAway } from './web.ts';

/** Slack takes about one message a second and channel; every process takes from the same bucket. */
export interface Turns {
  /** Throws {@link SlackAway} with a time to come back, if it is not this message's turn. */
  take(channel: string): Promise<void>;
  /** So many cards a minute get to one person; the rest waits in the outbox. Throws {@link SlackAway} as well. */
  takeCard(userId: string): Promise<void>;
}

const EVERY_MS = 1_000;
const CARDS_A_MINUTE = 10;
/** A guess must not keep a message longer than this from asking again. */
const LONGEST_MS = 60_000;

/**
 * Whoever has to wait is sent to the end of a line that is only a guess of this process, so that a thousand waiting cards do not
 * all ask again each second.
 */
export function createTurns(database: Database): Turns {
  const ends = new Map<string, number>();
  return {
    async takeCard(userId) {
      const waitMs = await takeTokens(database, `cards:${userId}`, CARDS_A_MINUTE, 60_000);
      if (waitMs > 0) throw new SlackAway(`${userId} has had enough cards for this minute`, waitMs);
    },
    async take(channel) {
      const waitMs = await takeTokens(database, `slack:${channel}`, 1, EVERY_MS);
      if (waitMs === 0) return;
      const now = performance.now();
      const turn = Math.max(now + waitMs, (ends.get(channel) ?? 0) + EVERY_MS);
      const inLine = Math.min(turn, now + LONGEST_MS);
      ends.set(channel, inLine);
      throw new SlackAway(`${channel} has had its message for this second`, Math.ceil(inLine - now));
    },
  };
}
