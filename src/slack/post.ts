import type { SlackMessage } from './cards/message.ts';
import type { Posting } from './session.ts';
import type { Rank } from './turns.ts';
import { ask, SlackAway, SlackRefusal } from './web.ts';

/** Where a message stands. */
export interface Place {
  readonly channel: string;
  readonly ts: string;
}

/** Nothing in what is posted pings, links or unfolds by itself. */
const QUIET = { parse: 'none', link_names: false } as const;
const UNFOLDED = { unfurl_links: false, unfurl_media: false, mrkdwn: false } as const;

/**
 * Takes the turn of a channel (`#agent-ops`) or a person (`@U0LEA`); throws {@link SlackAway} if it is not ours. Answers with the id
 * for {@link postAt}.
 */
export async function takeTurn(posting: Posting, place: string, rank: Rank): Promise<string> {
  const channel = place.startsWith('@')
    ? place.slice(1)
    : await posting.channels.idOf(place.replace('#', ''));
  await posting.turns.take(channel, rank);
  return channel;
}

/**
 * Posts once into a channel whose turn was taken. A post whose answer was lost may stand there all the same: Slack has no key
 * against it, so the same may then be posted twice. `thread` is the message that it stands under.
 */
export async function postAt(
  posting: Posting,
  channel: string,
  message: SlackMessage,
  thread?: string,
): Promise<Place> {
  try {
    const { channel: id, ts } = await ask(
      posting.web.chat.postMessage({
        channel,
        ...(thread ? { thread_ts: thread } : {}),
        ...contentOf(message),
        ...QUIET,
        ...UNFOLDED,
      }),
    );
    if (!id || !ts) throw new SlackAway('Slack did not say where it posted the message');
    return { channel: id, ts };
  } catch (error) {
    if (isUnreachable(error)) posting.channels.forget();
    await restAfter(posting, channel, error);
    throw error;
  }
}

/** Brings a posted message to new content, when it is our turn to; throws {@link SlackAway} if it is not. */
export async function updateAt(
  posting: Posting,
  { channel, ts }: Place,
  message: SlackMessage,
): Promise<void> {
  await posting.turns.takeUpdate();
  try {
    await ask(posting.web.chat.update({ channel, ts, ...contentOf(message), ...QUIET }));
  } catch (error) {
    await restAfter(posting, undefined, error);
    throw error;
  }
}

/** Whoever comes next is not to ask before Slack's patience is back either. */
async function restAfter({ turns }: Posting, channel: string | undefined, error: unknown): Promise<void> {
  if (error instanceof SlackAway && error.retryAfterMs !== undefined)
    await turns.rest(channel, error.retryAfterMs);
}

/** The types call for mutable arrays. */
function contentOf({ text, blocks }: SlackMessage): SlackMessage {
  return { text, blocks: [...blocks] };
}

const UNREACHABLE = new Set(['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action']);
const UNSHOWABLE = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** We can't get into the channel, until somebody lets us. */
export function isUnreachable(error: unknown): error is SlackRefusal {
  return error instanceof SlackRefusal && UNREACHABLE.has(error.code);
}

/** Slack does not take what we wrote. */
export function isUnshowable(error: unknown): error is SlackRefusal {
  return error instanceof SlackRefusal && UNSHOWABLE.has(error.code);
}

/** The message is not there any more, or not ours to change. */
export function isGone(error: unknown): error is SlackRefusal {
  return error instanceof SlackRefusal && GONE.has(error.code);
}
