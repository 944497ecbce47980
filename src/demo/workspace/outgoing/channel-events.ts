import { botUserId, type Channel, type Message } from '../state.ts';
import { grantedScopes } from '../web-api/granted-scopes.ts';
import { messageJson } from '../wire.ts';
import type { World } from '../world.ts';
import { sendEvent } from './events.ts';

const kinds = {
  public: { type: 'channel', events: 'message.channels', scope: 'channels:history' },
  private: { type: 'group', events: 'message.groups', scope: 'groups:history' },
  dm: { type: 'im', events: 'message.im', scope: 'im:history' },
} as const;

/** What is said where the app is: as `message`, also of its own, and as `app_mention` to whom it names. */
export function messageSaid(world: World, message: Message): void {
  const channel = world.state.channels[message.channel];
  if (!channel?.members.includes(botUserId) || message.ephemeralFor !== undefined) return;
  const { type, events, scope } = kinds[channel.kind];
  const event = { ...messageJson(world, message), channel: channel.id, event_ts: message.ts };
  const granted = grantedScopes(world);
  if (granted.has(scope)) sendEvent(world, { ...event, channel_type: type }, events);
  const isNamed = message.text.includes(`<@${botUserId}>`) && message.user !== botUserId;
  if (isNamed && granted.has('app_mentions:read')) sendEvent(world, { ...event, type: 'app_mention' });
}

/** Somebody joined or left a channel that the app is in, or the app itself did. */
export function memberChanged(world: World, channel: Channel, user: string, isMember: boolean): void {
  if (!channel.members.includes(botUserId) && user !== botUserId) return;
  const event = {
    user,
    channel: channel.id,
    channel_type: channel.kind === 'private' ? 'G' : 'C',
    team: world.team.id,
  };
  sendEvent(world, { type: isMember ? 'member_joined_channel' : 'member_left_channel', ...event });
}
