import { patienceOf } from '../errors.ts';
import { loggable } from '../logger.ts';
import { forgetMessage, listShown } from '../store/cards.ts';
import { listStale, marksOf, type StaleMessage, setMessageApart, untilRelease } from '../store/delivery.ts';
import { isGone, isUnreachable, type Place } from './post.ts';
import type { Posting } from './session.ts';
import { bringMessageUp, readCopy } from './show-message.ts';
import { reportUnreachable } from './unreachable-card.ts';
import { SlackAway } from './web.ts';

const AT_ONCE = 20;
/** Well within the lease of its outbox row. */
const PASS_MS = 10_000;

/**
 * Brings posted messages to what their proposals are now, one update in flight a message: those first that cost no call of the Web API,
 * then one after the other as the workspace's turn comes. Only the newest state is ever sent. Throws {@link SlackAway} while more is to do.
 */
export async function refreshMessages(posting: Posting): Promise<void> {
  const { database } = posting.context;
  const began = performance.now();
  for (;;) {
    const stale = await listStale(database, AT_ONCE);
    if (stale.length === 0) break;
    if (performance.now() - began > PASS_MS)
      throw new SlackAway('more messages are to be brought up to date', 1);
    const quick = stale.filter(({ canReply }) => canReply);
    await Promise.all(quick.map((message) => refreshAmong(posting, message)));
    if (quick.length === 0) for (const message of stale) await refreshAmong(posting, message);
  }
  const held = await untilRelease(database);
  if (held !== undefined) throw new SlackAway('a click is being recorded', held);
}

/** One that stumbled among the others: `<channel>:<ts>`. Who has to decide there hears, if it can't be reached, that it can't. */
export async function refreshMessage(posting: Posting, ref: string): Promise<void> {
  const { database } = posting.context;
  const [channel = '', ts = ''] = ref.split(':');
  try {
    await refresh(posting, { channel, ts }, await marksOf(database, channel, ts));
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const cards = await listShown(database, channel, ts);
    const copies = await Promise.all(cards.map((card) => readCopy(posting, card, card.form)));
    const wanted = copies.find(({ isWanted }) => isWanted);
    if (wanted) await reportUnreachable(posting, wanted.view, wanted.target);
  }
}

/** What is wrong with one message is no reason to leave the others. */
async function refreshAmong(posting: Posting, { channel, ts, marks }: StaleMessage): Promise<void> {
  const { database, log } = posting.context;
  try {
    await refresh(posting, { channel, ts }, marks);
  } catch (error) {
    if (patienceOf(error).retry) throw error;
    log.warn({ channel, ts, err: loggable(error) }, 'slack.message_set_apart');
    await setMessageApart(database, channel, ts);
  }
}

async function refresh(posting: Posting, place: Place, marks: number): Promise<void> {
  const gone = () => forgetMessage(posting.context.database, place.channel, place.ts);
  try {
    const copies = await bringMessageUp(posting, place, marks);
    if (copies.length === 0) await gone();
  } catch (error) {
    if (!isGone(error)) throw error;
    await gone();
  }
}
