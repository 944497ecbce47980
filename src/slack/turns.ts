import type { Database } from '../store/database.ts';
import { restTurn, type Turn, takeTokens, takeTurns } from '../store/rates.ts';
import { SlackAway } from './web.ts';

/** What goes first where much is to be said. */
export const RANK = { switched: 0, call: 1, card: 2, update: 3 } as const;
export type Rank = (typeof RANK)[keyof typeof RANK];

/** What Slack takes of us, shared by every process. Whoever is too early throws {@link SlackAway} with a time to come back. */
export interface Turns {
  /** To post into a channel. */
  take(channel: string, rank: Rank): Promise<void>;
  /** So many messages with cards a minute get to one person; the rest waits. */
  takeCard(userId: string): Promise<void>;
  /** To change a posted message. */
  takeUpdate(): Promise<void>;
  /** Slack has asked for patience in a channel, or with updates (undefined). */
  rest(channel: string | undefined, ms: number): Promise<void>;
}

/** Slack takes about one message a second and channel, some hundreds a minute in all, and 50 updates a minute (slack.md §3.3). */
const POST_MS = 1_000;
const ANY_POST: Turn = { name: 'slack:posts', everyMs: 210 };
const UPDATE: Turn = { name: 'slack:updates', everyMs: 1_250 };
const CARDS_A_MINUTE = 10;

export function createTurns(database: Database): Turns {
  const postInto = (channel: string): Turn => ({ name: `slack:${channel}`, everyMs: POST_MS });

  async function takeAll(turns: readonly Turn[], rank: Rank): Promise<void> {
    const waitMs = await takeTurns(database, turns, rank);
    const [first] = turns;
    if (waitMs > 0) throw new SlackAway(`it is not our turn yet (${first?.name})`, waitMs);
  }

  return {
    take: (channel, rank) => takeAll([postInto(channel), ANY_POST], rank),
    takeUpdate: () => takeAll([UPDATE], RANK.update),
    async takeCard(userId) {
      const waitMs = await takeTokens(database, `cards:${userId}`, CARDS_A_MINUTE, 60_000);
      if (waitMs > 0) throw new SlackAway(`${userId} has had enough cards for this minute`, waitMs);
    },
    rest: (channel, ms) => restTurn(database, channel === undefined ? UPDATE : postInto(channel), ms),
  };
}
