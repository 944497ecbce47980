import { limits } from '../limits.ts';
import { editMessage, findMessage, postMessage, removeMessage } from '../messages.ts';
import type { Message } from '../state.ts';
import { botUserId } from '../state.ts';
import { messageJson } from '../wire.ts';
import type { World } from '../world.ts';
import type { Call, MethodTable } from './call.ts';
import { Refusal, required, text } from './call.ts';
import { postableChannel, visibleChannel } from './find-channel.ts';
import { messageContent } from './message-content.ts';

function warned(warnings: readonly string[]) {
  return warnings.length > 0
    ? { warning: warnings.join(','), response_metadata: { warnings: [...warnings] } }
    : {};
}

/** Slack answers a reply to a missing message with `cannot_reply_to_message`; a reply to a reply joins its thread. */
function threadOf(world: World, channel: string, ts: string): { threadTs?: string } {
  if (!ts) return {};
  const root = findMessage(world, channel, ts);
  if (!root) throw new Refusal('cannot_reply_to_message');
  return { threadTs: root.threadTs ?? root.ts };
}

function ownMessage(world: World, channel: string, ts: string, otherwise: string): Message {
  const message = findMessage(world, visibleChannel(world, channel).id, ts);
  if (!message) throw new Refusal('message_not_found');
  if (message.user !== botUserId) throw new Refusal(otherwise);
  return message;
}

function post({ world, args }: Call) {
  const channel = postableChannel(world, required(args, 'channel'));
  const { warnings, ...content } = messageContent(world, args);
  const thread = threadOf(world, channel.id, text(args, 'thread_ts'));
  const message = postMessage(world, { channel: channel.id, user: botUserId, ...content, ...thread });
  return { channel: channel.id, ts: message.ts, message: messageJson(world, message), ...warned(warnings) };
}

function postEphemeral({ world, args }: Call) {
  const channel = postableChannel(world, required(args, 'channel'));
  const user = required(args, 'user');
  if (!channel.members.includes(user)) throw new Refusal('user_not_in_channel');
  const { warnings, ...content } = messageContent(world, args);
  const threadTs = text(args, 'thread_ts');
  const message = postMessage(world, {
    channel: channel.id,
    user: botUserId,
    ephemeralFor: user,
    ...content,
    ...(threadTs ? { threadTs } : {}),
  });
  return { message_ts: message.ts, ...warned(warnings) };
}

/** Text alone takes the blocks away; neither of the two leaves both. */
function update({ world, args }: Call) {
  const message = ownMessage(world, required(args, 'channel'), required(args, 'ts'), 'cant_update_message');
  if (text(args, 'text').length > limits.message.textOnUpdate) throw new Refusal('msg_too_long');
  const isKept = args.blocks === undefined && args.text === undefined;
  const { warnings, ...content } = messageContent(world, isKept ? { ...args, text: message.text } : args);
  editMessage(world, message, isKept ? { ...content, blocks: message.blocks } : content);
  return {
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: messageJson(world, message),
    ...warned(warnings),
  };
}

export const chatMethods: MethodTable = {
  'chat.postMessage': { tier: 'posting', scopes: ['chat:write'], run: post },
  'chat.postEphemeral': { tier: 4, scopes: ['chat:write'], run: postEphemeral },
  'chat.update': { tier: 3, scopes: ['chat:write'], run: update },
  'chat.delete': {
    tier: 3,
    scopes: ['chat:write'],
    run({ world, args }) {
      const message = ownMessage(
        world,
        required(args, 'channel'),
        required(args, 'ts'),
        'cant_delete_message',
      );
      removeMessage(world, message);
      return { channel: message.channel, ts: message.ts };
    },
  },
  'chat.getPermalink': {
    tier: 'special',
    scopes: [],
    run({ world, args }) {
      const channel = visibleChannel(world, required(args, 'channel'));
      const message = findMessage(world, channel.id, required(args, 'message_ts'));
      if (!message) throw new Refusal('message_not_found');
      return {
        channel: channel.id,
        permalink: `${world.origin}/archives/${channel.id}/p${message.ts.replace('.', '')}`,
      };
    },
  },
};
