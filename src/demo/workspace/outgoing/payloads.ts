import { stateOf } from '../blocks/element-state.ts';
import { enterpriseFields, enterpriseRef, teamRef } from '../enterprise.ts';
import type { JsonObject } from '../json.ts';
import type { StateValues } from '../protocol.ts';
import { appId, type Channel, formatTs, type Message, type View } from '../state.ts';
import { channelRef, messageJson, userRef, viewJson } from '../wire.ts';
import type { World } from '../world.ts';
import { verificationToken } from './events.ts';

function common(world: World, type: string, user: string): JsonObject {
  return {
    type,
    user: userRef(world, user),
    api_app_id: appId,
    token: verificationToken,
    trigger_id: world.triggers.issue(user),
    team: teamRef(world),
    enterprise: enterpriseRef(world),
    is_enterprise_install: false,
  };
}

export function actionTs(world: World): string {
  return formatTs(world.clock.now() * 1000);
}

export function messageAction(
  world: World,
  user: string,
  message: Message,
  channel: Channel,
  action: JsonObject,
  state: StateValues,
): JsonObject {
  const isEphemeral = message.ephemeralFor !== undefined;
  const thread = message.threadTs && message.threadTs !== message.ts ? { thread_ts: message.threadTs } : {};
  return {
    ...common(world, 'block_actions', user),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...thread,
    },
    channel: channelRef(channel),
    ...(isEphemeral ? {} : { message: messageJson(world, message) }),
    state: { values: stateOf(message.blocks, state) },
    response_url: world.responseUrls.issue('actions', { channel: channel.id, user, originalTs: message.ts }),
    actions: [action],
  };
}

export function viewAction(world: World, user: string, view: View, action: JsonObject): JsonObject {
  return {
    ...common(world, 'block_actions', user),
    container: { type: 'view', view_id: view.id },
    view: viewJson(world, view),
    actions: [action],
  };
}

export function suggestion(
  world: World,
  user: string,
  container: JsonObject,
  fields: JsonObject,
): JsonObject {
  const { trigger_id: _, ...rest } = common(world, 'block_suggestion', user);
  return { ...rest, container, ...fields };
}

export function viewSubmission(world: World, user: string, view: View): JsonObject {
  return { ...common(world, 'view_submission', user), view: viewJson(world, view), response_urls: [] };
}

export function viewClosed(world: World, user: string, view: View, isCleared: boolean): JsonObject {
  const { trigger_id: _, ...rest } = common(world, 'view_closed', user);
  return { ...rest, view: viewJson(world, view), is_cleared: isCleared };
}

export function slashCommand(
  world: World,
  user: string,
  channel: Channel,
  command: string,
  text: string,
): JsonObject {
  return {
    token: verificationToken,
    team_id: world.team.id,
    team_domain: world.team.domain,
    ...enterpriseFields(world),
    channel_id: channel.id,
    channel_name:
      channel.kind === 'dm' ? 'directmessage' : channel.kind === 'private' ? 'privategroup' : channel.name,
    user_id: user,
    user_name: world.state.people[user]?.handle ?? user,
    command,
    text,
    api_app_id: appId,
    is_enterprise_install: 'false',
    response_url: world.responseUrls.issue('commands', { channel: channel.id, user }),
    trigger_id: world.triggers.issue(user),
  };
}

export function globalShortcut(world: World, user: string, callbackId: string): JsonObject {
  return {
    ...common(world, 'shortcut', user),
    action_ts: actionTs(world),
    callback_id: callbackId,
  };
}

export function messageShortcut(
  world: World,
  user: string,
  callbackId: string,
  channel: Channel,
  message: Message,
): JsonObject {
  return {
    ...common(world, 'message_action', user),
    action_ts: actionTs(world),
    callback_id: callbackId,
    message_ts: message.ts,
    channel: channelRef(channel),
    message: messageJson(world, message),
    response_url: world.responseUrls.issue('actions', { channel: channel.id, user, originalTs: message.ts }),
  };
}
