import { conversationsChanged, messageChanged, messageGone, notify } from './announce.ts';
import { messageSaid } from './outgoing/channel-events.ts';
import type { Channel, Message } from './state.ts';
import { botUserId, nextId, nextTs } from './state.ts';
import type { World } from './world.ts';

export type Draft = Omit<Message, 'ts'>;

/** The message as it now stands in its channel; people who may see it are told. */
export function postMessage(world: World, draft: Draft): Message {
  const message: Message = { ...draft, ts: nextTs(world.state, world.clock.now()) };
  if (message.ephemeralFor) world.ephemerals.push(message);
  else {
    const list = world.state.messages[message.channel] ?? [];
    list.push(message);
    world.state.messages[message.channel] = list;
    markRead(world, message.user, message.channel, message.ts);
  }
  world.save();
  messageChanged(world, message);
  const root = message.threadTs && findMessage(world, message.channel, message.threadTs);
  if (root && root !== message) messageChanged(world, root);
  conversationsChanged(world);
  if (message.user === botUserId) notify(world, message);
  messageSaid(world, message);
  return message;
}

export function findMessage(world: World, channel: string, ts: string): Message | undefined {
  return world.state.messages[channel]?.find((message) => message.ts === ts);
}

export function findEphemeral(world: World, channel: string, ts: string): Message | undefined {
  return world.ephemerals.find((message) => message.channel === channel && message.ts === ts);
}

export function editMessage(
  world: World,
  message: Message,
  change: Partial<Pick<Message, 'text' | 'blocks' | 'metadata'>>,
): void {
  Object.assign(message, change);
  message.edited = { user: message.user, ts: nextTs(world.state, world.clock.now()) };
  delete message.problem;
  world.save();
  messageChanged(world, message);
}

export function removeMessage(world: World, message: Message): void {
  if (message.ephemeralFor) world.ephemerals.splice(world.ephemerals.indexOf(message), 1);
  const list = world.state.messages[message.channel] ?? [];
  if (!message.ephemeralFor) list.splice(list.indexOf(message), 1);
  world.save();
  messageGone(world, message);
  conversationsChanged(world);
}

export function markRead(world: World, person: string, channel: string, ts: string): void {
  const reads = world.state.reads[person] ?? {};
  reads[channel] = ts;
  world.state.reads[person] = reads;
  world.save();
}

/** The direct conversation of two people, opened when there is none. */
export function directConversation(world: World, one: string, other: string): Channel {
  const found = Object.values(world.state.channels).find(
    ({ kind, members }) => kind === 'dm' && members.includes(one) && members.includes(other),
  );
  if (found) return found;
  const channel: Channel = {
    id: nextId(world.state, 'D'),
    kind: 'dm',
    name: 'directmessage',
    topic: '',
    created: Math.floor(world.clock.now() / 1000),
    members: [one, other],
    isArchived: false,
  };
  world.state.channels[channel.id] = channel;
  world.save();
  conversationsChanged(world);
  return channel;
}
