import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { editMessage, findEphemeral, findMessage, postMessage, removeMessage } from '../messages.ts';
import { botUserId, type Message } from '../state.ts';
import { flag, Refusal, text } from '../web-api/call.ts';
import { messageContent } from '../web-api/message-content.ts';
import type { World } from '../world.ts';

/** Where an answer goes: to one person, in one channel, perhaps about one message. */
export interface ResponseTarget {
  readonly channel: string;
  readonly user: string;
  readonly originalTs?: string;
}

export interface ResponseUrls {
  issue(kind: 'commands' | 'actions', target: ResponseTarget): string;
  find(path: string): ResponseTarget | { readonly error: 'used_url' | 'expired_url' } | undefined;
}

export function createResponseUrls(world: () => World): ResponseUrls {
  const issued = new Map<string, { target: ResponseTarget; at: number; uses: number }>();
  return {
    issue(kind, target) {
      const { team, origin, clock } = world();
      const path = `/${kind}/${team.id}/${issued.size + 1}/${randomBytes(12).toString('hex')}`;
      issued.set(path, { target, at: clock.now(), uses: 0 });
      return `${origin}${path}`;
    },
    find(path) {
      const found = issued.get(path);
      if (!found) return undefined;
      if (world().clock.now() - found.at > limits.responseUrl.ms) return { error: 'expired_url' };
      if (found.uses >= limits.responseUrl.uses) return { error: 'used_url' };
      found.uses += 1;
      return found.target;
    },
  };
}

/** The body of a response_url call or of a command's answer. Throws a Refusal for content that Slack would not take. */
export function respond(world: World, target: ResponseTarget, body: JsonObject): Message | undefined {
  const original = originalOf(world, target);
  if (flag(body, 'delete_original')) {
    if (original) removeMessage(world, original);
    return undefined;
  }
  const { warnings: _, ...content } = messageContent(world, body);
  if (flag(body, 'replace_original') && original) {
    editMessage(world, original, content);
    return original;
  }
  const threadTs = text(body, 'thread_ts');
  const thread = threadTs ? { threadTs } : {};
  const message = { channel: target.channel, user: botUserId, ...content, ...thread };
  if (text(body, 'response_type') === 'in_channel') return postMessage(world, message);
  return postMessage(world, { ...message, ephemeralFor: target.user });
}

function originalOf(world: World, { channel, originalTs }: ResponseTarget): Message | undefined {
  if (!originalTs) return undefined;
  const original = findMessage(world, channel, originalTs) ?? findEphemeral(world, channel, originalTs);
  if (original && original.user !== botUserId) throw new Refusal('cant_update_message');
  return original;
}
