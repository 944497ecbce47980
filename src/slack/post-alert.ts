import type { SlackMessage } from './cards/message.ts';
import { isUnreachable, type Place, postAt, takeTurn } from './post.ts';
import type { Posting } from './session.ts';
import { RANK, type Rank } from './turns.ts';
import { SlackAway } from './web.ts';

const AGAIN_MS = 30_000;

/** Posts into `alerts`. It waits there for as long as nobody lets us in: an alert is never dropped. */
export async function postAlert(
  posting: Posting,
  message: SlackMessage,
  rank: Rank = RANK.call,
): Promise<Place> {
  const { alerts } = posting.context.manifests.organisation;
  try {
    return await postAt(posting, await takeTurn(posting, alerts, rank), message);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    throw new SlackAway(`I can't post alerts into #${alerts} (${error.code}): invite me there`, AGAIN_MS);
  }
}
