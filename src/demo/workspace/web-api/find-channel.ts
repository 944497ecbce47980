import { directConversation } from '../messages.ts';
import type { Channel } from '../state.ts';
import { botUserId } from '../state.ts';
import type { World } from '../world.ts';
import { Refusal } from './call.ts';

/** A private channel that the bot is not in does not exist for it. */
export function visibleChannel(world: World, id: string): Channel {
  const channel = world.state.channels[id];
  const hidden = channel && channel.kind !== 'public' && !channel.members.includes(botUserId);
  if (!channel || hidden) throw new Refusal('channel_not_found');
  return channel;
}

/** Where the bot may post. A user's id stands for the DM with that user; `#name` is taken too. */
export function postableChannel(world: World, given: string): Channel {
  const named = Object.values(world.state.channels).find(
    (each) => each.kind === 'public' && given.replace('#', '') === each.name,
  );
  const channel = /^[UW]/.test(given)
    ? directChannel(world, given)
    : visibleChannel(world, named?.id ?? given);
  if (channel.isArchived) throw new Refusal('is_archived');
  if (!channel.members.includes(botUserId)) throw new Refusal('not_in_channel');
  if (channel.kind === 'dm' && !world.app.features.app_home.messages_tab_enabled)
    throw new Refusal('messages_tab_disabled');
  return channel;
}

function directChannel(world: World, user: string): Channel {
  const person = world.state.people[user];
  if (!person || person.isDeactivated || person.isBot) throw new Refusal('channel_not_found');
  return directConversation(world, botUserId, user);
}
