import { directConversation, findMessage } from '../messages.ts';
import type { Channel, Message } from '../state.ts';
import { botUserId } from '../state.ts';
import { isTopLevel } from '../ui-views.ts';
import { channelJson, messageJson } from '../wire.ts';
import type { World } from '../world.ts';
import type { Call, MethodTable } from './call.ts';
import { flag, page, Refusal, required, text } from './call.ts';
import { visibleChannel } from './find-channel.ts';

const scopeOf: Record<Channel['kind'], string> = { public: 'channels', private: 'groups', dm: 'im' };

function need(call: Call, channel: Channel, right: 'read' | 'history'): void {
  const needed = `${scopeOf[channel.kind]}:${right}`;
  if (!call.granted.has(needed))
    throw new Refusal('missing_scope', { needed, provided: [...call.granted].join(',') });
}

function open(call: Call) {
  const { world, args } = call;
  const given = text(args, 'channel');
  if (given) return { channel: opened(visibleChannel(world, given), args.return_im) };
  const users = required(args, 'users').split(',');
  const user = users[0] ?? '';
  if (users.length > 1) throw new Refusal('method_not_supported_for_channel_type');
  const person = world.state.people[user];
  if (!person || person.isBot) throw new Refusal('user_not_found');
  if (person.isDeactivated) throw new Refusal('user_disabled');
  return { channel: opened(directConversation(world, botUserId, user), flag(args, 'return_im')) };
}

function opened(channel: Channel, isLong: unknown) {
  return isLong === true ? { id: channel.id, is_im: true, is_open: true } : { id: channel.id };
}

function list(call: Call) {
  const { world, args } = call;
  const types = (text(args, 'types') || 'public_channel').split(',');
  const kinds = new Set(
    types.map((type) => ({ public_channel: 'public', private_channel: 'private', im: 'dm' })[type]),
  );
  const hidden = flag(args, 'exclude_archived');
  const channels = Object.values(world.state.channels)
    .filter((each) => kinds.has(each.kind) && (each.kind === 'public' || each.members.includes(botUserId)))
    .filter((each) => !(hidden && each.isArchived));
  for (const channel of channels) need(call, channel, 'read');
  const { items, next } = page(channels, args);
  return {
    channels: items.map((each) => channelJson(world, each)),
    response_metadata: { next_cursor: next },
  };
}

function within(messages: readonly Message[], call: Call): Message[] {
  const oldest = text(call.args, 'oldest') || '0';
  const latest = text(call.args, 'latest') || '9999999999.000000';
  const inclusive = flag(call.args, 'inclusive');
  return messages.filter(({ ts }) => (inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest));
}

function answer(world: World, found: readonly Message[], call: Call) {
  const { items, next } = page(found, call.args);
  const withMetadata = flag(call.args, 'include_all_metadata');
  const messages = items.map((each) => {
    const { metadata, ...rest } = messageJson(world, each);
    return withMetadata && metadata ? { ...rest, metadata } : rest;
  });
  return { messages, has_more: next !== '', response_metadata: { next_cursor: next } };
}

function history(call: Call) {
  const { world, args } = call;
  const channel = joined(call);
  const messages = (world.state.messages[channel.id] ?? []).filter(isTopLevel);
  return answer(world, within(messages, { ...call, args }).toReversed(), call);
}

function replies(call: Call) {
  const { world, args } = call;
  const channel = joined(call);
  const root = findMessage(world, channel.id, required(args, 'ts'));
  if (!root) throw new Refusal('thread_not_found');
  const rootTs = root.threadTs ?? root.ts;
  const thread = (world.state.messages[channel.id] ?? []).filter(
    (each) => each.ts === rootTs || each.threadTs === rootTs,
  );
  return answer(world, within(thread, call), call);
}

function joined(call: Call): Channel {
  const channel = visibleChannel(call.world, required(call.args, 'channel'));
  need(call, channel, 'history');
  if (!channel.members.includes(botUserId)) throw new Refusal('not_in_channel');
  return channel;
}

const reads = ['channels:read', 'groups:read', 'im:read'];
const histories = ['channels:history', 'groups:history', 'im:history'];

export const conversationMethods: MethodTable = {
  'conversations.open': { tier: 3, scopes: ['im:write'], run: open },
  'conversations.info': {
    tier: 3,
    scopes: reads,
    run(call) {
      const channel = visibleChannel(call.world, required(call.args, 'channel'));
      need(call, channel, 'read');
      const count = flag(call.args, 'include_num_members');
      const { num_members: members = 0, ...rest } = channelJson(call.world, channel);
      return { channel: count ? { ...rest, num_members: members } : rest };
    },
  },
  'conversations.members': {
    tier: 4,
    scopes: reads,
    run(call) {
      const channel = visibleChannel(call.world, required(call.args, 'channel'));
      need(call, channel, 'read');
      const { items, next } = page(channel.members, call.args);
      return { members: items, response_metadata: { next_cursor: next } };
    },
  },
  'conversations.list': { tier: 2, scopes: reads, run: list },
  'conversations.history': { tier: 3, scopes: histories, run: history },
  'conversations.replies': { tier: 3, scopes: histories, run: replies },
};
