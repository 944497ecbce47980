import { createHash } from 'node:crypto';
import { loggable } from '../logger.ts';
import { dropReply, takeReply } from '../store/delivery.ts';
import type { SlackMessage } from './cards/message.ts';
import { httpFetch } from './http-fetch.ts';
import { type Place, updateAt } from './post.ts';
import type { Posting } from './session.ts';

/** Of a message's content: two that are equal look the same. */
export function contentDigest({ text, blocks }: SlackMessage): string {
  return createHash('sha256')
    .update(JSON.stringify([text, blocks]))
    .digest('base64url');
}

const TIMEOUT_MS = 3_000;

/**
 * Shows something else in a message's place: through the address that a click on it came with, which costs no call of the Web API, else
 * by `chat.update`, of which the whole workspace has 50 a minute.
 */
export async function replaceMessage(posting: Posting, place: Place, message: SlackMessage): Promise<void> {
  if (await reply(posting, place, message)) return;
  await updateAt(posting, place, message);
}

/** False: there is no such address, or it is used up. */
async function reply({ context }: Posting, { channel, ts }: Place, message: SlackMessage): Promise<boolean> {
  const url = await takeReply(context.database, channel, ts);
  if (url === undefined) return false;
  try {
    const response = await httpFetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ replace_original: true, ...message }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return true;
    context.log.info({ channel, ts, status: response.status }, 'slack.reply_refused');
  } catch (error) {
    context.log.info({ channel, ts, err: loggable(error) }, 'slack.reply_failed');
  }
  await dropReply(context.database, channel, ts);
  return false;
}
