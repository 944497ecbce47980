import type { SlackMessage } from './cards/message.ts';
import { isUnreachable, isUnshowable, type Place, postAt, takeTurn } from './post.ts';
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
    const channel = await takeTurn(posting, alerts, rank);
    return await plainIfRefused(message, (shown) => postAt(posting, channel, shown));
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    throw new SlackAway(`I can't post alerts into #${alerts} (${error.code}): invite me there`, AGAIN_MS);
  }
}

/** If Slack does not take its blocks, people read the sentence alone rather than nothing. */
async function plainIfRefused(
  message: SlackMessage,
  post: (message: SlackMessage) => Promise<Place>,
): Promise<Place> {
  try {
    return await post(message);
  } catch (error) {
    if (!isUnshowable(error)) throw error;
    return post({ text: message.text, blocks: [] });
  }
}
