import { stateOf } from './blocks/element-state.ts';
import { enterpriseUser } from './enterprise.ts';
import type { JsonObject } from './json.ts';
import type { Channel, Group, Message, Person, StoredFile, View } from './state.ts';
import { appId, botId, botUserId } from './state.ts';
import { fileUrl, isTopLevel, repliesTo } from './ui-views.ts';
import type { World } from './world.ts';

/** Objects as the Web API and payloads carry them. */
export function messageJson(world: World, message: Message): JsonObject {
  const isBot = message.user === botUserId;
  const replies = repliesTo(world, message);
  return {
    user: message.user,
    type: 'message',
    ts: message.ts,
    ...(isBot ? { bot_id: botId, app_id: appId } : {}),
    text: message.text,
    team: world.team.id,
    ...(isBot ? { bot_profile: botProfile(world) } : {}),
    ...(message.blocks.length > 0 ? { blocks: [...message.blocks] } : {}),
    ...(message.threadTs && !isTopLevel(message) ? { thread_ts: message.threadTs } : {}),
    ...(replies.length > 0 ? { thread_ts: message.ts, reply_count: replies.length } : {}),
    ...(message.edited ? { edited: { ...message.edited } } : {}),
    ...(message.metadata ? { metadata: message.metadata } : {}),
    ...(message.files ? { files: message.files.map((id) => ({ id })) } : {}),
  };
}

function botProfile(world: World): JsonObject {
  return {
    id: botId,
    app_id: appId,
    name: world.app.display_information.name,
    icons: { image_36: '', image_48: '', image_72: '' },
    deleted: false,
    updated: 1_700_000_000,
    team_id: world.team.id,
  };
}

const homeTitle = { type: 'plain_text', text: 'View Title', emoji: true };

export function viewJson(world: World, view: View): JsonObject {
  return {
    id: view.id,
    team_id: world.team.id,
    type: view.type,
    blocks: [...view.blocks],
    private_metadata: view.privateMetadata,
    callback_id: view.callbackId,
    state: { values: stateOf(view.blocks, view.values) },
    hash: view.hash,
    title: view.title ?? homeTitle,
    clear_on_close: view.clearOnClose,
    notify_on_close: view.notifyOnClose,
    close: view.close,
    submit: view.submit,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: appId,
    external_id: view.externalId,
    app_installed_team_id: world.team.id,
    bot_id: botId,
  };
}

export function channelJson(world: World, channel: Channel): JsonObject {
  const shared = channel.members.some((id) => world.state.people[id]?.strangerFrom);
  if (channel.kind === 'dm')
    return {
      id: channel.id,
      created: channel.created,
      is_archived: false,
      is_im: true,
      is_org_shared: false,
      context_team_id: world.team.id,
      updated: channel.created * 1000,
      user: channel.members.find((id) => id !== botUserId) ?? botUserId,
      is_open: true,
    };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: channel.kind === 'private',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_archived: channel.isArchived,
    is_general: channel.name === 'general',
    is_member: channel.members.includes(botUserId),
    is_shared: shared,
    is_ext_shared: shared,
    is_org_shared: false,
    context_team_id: world.team.id,
    created: channel.created,
    creator: channel.members[0] ?? botUserId,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
    num_members: channel.members.length,
  };
}

function offsetSeconds(timeZone: string, at: number): number {
  const local = new Date(at).toLocaleString('en-US', { timeZone, timeZoneName: 'longOffset' });
  const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(local) ?? [];
  if (!sign) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

function zoneLabel(timeZone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'long' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}

/** A deactivated account shows almost nothing; the e-mail needs its own scope. */
export function userJson(world: World, person: Person, withEmail: boolean): JsonObject {
  const base = {
    id: person.id,
    team_id: person.teamId,
    name: person.handle,
    deleted: person.isDeactivated,
    profile: profileJson(person, withEmail),
    is_bot: person.isBot,
    is_app_user: false,
    updated: 1_700_000_000,
  };
  if (person.isDeactivated) return base;
  return {
    ...base,
    color: '9f69e7',
    real_name: person.name,
    tz: person.timeZone,
    tz_label: zoneLabel(person.timeZone, world.clock.now()),
    tz_offset: offsetSeconds(person.timeZone, world.clock.now()),
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.isGuest,
    is_ultra_restricted: false,
    is_stranger: person.strangerFrom !== undefined,
    locale: person.locale,
    who_can_share_contact_card: 'EVERYONE',
    is_email_confirmed: !person.isBot,
    ...enterpriseUser(world, person),
  };
}

function profileJson(person: Person, withEmail: boolean): JsonObject {
  const [first = '', ...rest] = person.name.split(' ');
  return {
    title: person.title,
    real_name: person.name,
    real_name_normalized: person.name,
    display_name: person.handle,
    display_name_normalized: person.handle,
    first_name: first,
    last_name: rest.join(' '),
    team: person.teamId,
    ...(withEmail && person.email ? { email: person.email } : {}),
    ...(person.isBot ? { api_app_id: appId, bot_id: botId, always_active: true } : {}),
  };
}

export function groupJson(world: World, group: Group, withUsers: boolean): JsonObject {
  return {
    id: group.id,
    team_id: world.team.id,
    is_usergroup: true,
    name: group.name,
    description: '',
    handle: group.handle,
    is_external: false,
    date_create: 1_700_000_000,
    date_update: 1_700_000_000,
    date_delete: 0,
    auto_type: null,
    prefs: { channels: [], groups: [] },
    ...(withUsers ? { users: [...group.members] } : {}),
    user_count: group.members.length,
  };
}

export function fileJson(world: World, file: StoredFile): JsonObject {
  const url = fileUrl(world, file.id, file.name);
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title || file.name,
    mimetype: file.name.endsWith('.csv') ? 'text/csv' : 'application/octet-stream',
    filetype: file.name.split('.').at(-1) ?? 'binary',
    user: botUserId,
    user_team: world.team.id,
    size: file.length,
    is_public: file.channels.length > 0,
    mode: 'hosted',
    url_private: url,
    url_private_download: url,
    permalink: url,
    channels: [...file.channels],
    groups: [],
    ims: [],
  };
}

export function userRef(world: World, id: string): JsonObject {
  const person = world.state.people[id];
  const handle = person?.handle ?? id;
  return { id, username: handle, name: handle, team_id: person?.teamId ?? world.team.id };
}

export function channelRef(channel: Channel): JsonObject {
  return { id: channel.id, name: channel.kind === 'dm' ? 'directmessage' : channel.name };
}
