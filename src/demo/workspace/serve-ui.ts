import { z } from 'zod';
import { actSchema } from './act-schema.ts';
import { performAct } from './acts/perform-act.ts';
import { answerJson, BadRequest, type Exchange, readOwnJson } from './http-exchange.ts';
import { closeModal, stackOf } from './modals.ts';
import type { ConversationView, WorkspaceView } from './protocol.ts';
import { appId, botUserId, type Channel, type Message, type Person } from './state.ts';
import {
  canSee,
  conversationSummary,
  conversationsFor,
  homeView,
  isTopLevel,
  messageView,
  modalViews,
  peopleViews,
  unreadOf,
} from './ui-views.ts';
import type { World } from './world.ts';

/** Nobody named: the first of the directory. */
function personNamed(world: World, named: string): Person {
  const people = Object.values(world.state.people);
  const found = named ? people.find(({ id, handle }) => id === named || handle === named) : people[0];
  if (!found || found.isBot) throw new BadRequest(`nobody is called "${named}"`);
  return found;
}

export async function serveUi(world: World, exchange: Exchange): Promise<void> {
  const { url, response, request } = exchange;
  const path = url.pathname.slice('/ui/'.length);
  if (request.method === 'POST' && path === 'act') return act(world, exchange);
  if (request.method !== 'GET') throw new BadRequest('only GET, and POST /ui/act', 405);
  if (path === 'requests') return void answerJson(response, 200, world.log.entries);
  const person = personNamed(world, url.searchParams.get('as') ?? '');
  switch (path) {
    case 'workspace':
      if (url.searchParams.get('reload') === '1') forgetWhatReloadLoses(world, person.id);
      return void answerJson(response, 200, workspaceView(world, person.id));
    case 'messages':
      return void answerJson(response, 200, conversationView(world, person.id, channelIn(world, url)));
    case 'thread':
      return void answerJson(
        response,
        200,
        threadView(world, person.id, channelIn(world, url), url.searchParams.get('ts') ?? ''),
      );
    case 'home':
      return void answerJson(response, 200, homeView(world, person.id));
    case 'modals':
      return void answerJson(response, 200, modalViews(world, person.id));
    case 'stream':
      return world.streams.open(person.id, response);
    default:
      throw new BadRequest(`there is no ${url.pathname}`, 404);
  }
}

async function act(world: World, exchange: Exchange): Promise<void> {
  const parsed = actSchema.safeParse(await readOwnJson(exchange));
  if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error));
  const result = await performAct(world, personNamed(world, parsed.data.as), parsed.data);
  answerJson(exchange.response, 200, result);
}

function channelIn(world: World, url: URL): Channel {
  const id = url.searchParams.get('channel') ?? '';
  const channel = world.state.channels[id];
  if (!channel) throw new BadRequest(`there is no channel "${id}"`, 404);
  return channel;
}

/** Ephemeral messages and open modals live in the client; Slack tells the app of neither. */
function forgetWhatReloadLoses(world: World, person: string): void {
  const top = world.state.views[stackOf(world, person).at(-1) ?? ''];
  if (top) closeModal(world, top, true);
  const kept = world.ephemerals.filter((message) => message.ephemeralFor !== person);
  world.ephemerals.splice(0, world.ephemerals.length, ...kept);
}

function workspaceView(world: World, person: string): WorkspaceView {
  const { app_home: home, slash_commands: commands, shortcuts } = world.app.features;
  return {
    team: world.team,
    app: {
      id: appId,
      name: world.app.display_information.name,
      description: world.app.display_information.description,
      botUser: botUserId,
      homeEnabled: home.home_tab_enabled,
      messagesEnabled: home.messages_tab_enabled,
    },
    me: person,
    people: peopleViews(world),
    groups: Object.values(world.state.groups).map(({ id, handle, members }) => ({ id, handle, members })),
    conversations: conversationsFor(world, person),
    commands: commands.map((each) => ({
      command: each.command,
      description: each.description,
      usageHint: each.usage_hint,
    })),
    shortcuts: shortcuts.map(({ name, description, type, callback_id: callbackId }) => ({
      name,
      description,
      type,
      callbackId,
    })),
    ...(world.tour ? { tour: world.tour } : {}),
    now: world.clock.now(),
  };
}

function conversationView(world: World, person: string, channel: Channel): ConversationView {
  const first = unreadOf(world, person, channel.id)[0];
  return {
    conversation: conversationSummary(world, person, channel),
    messages: visible(world, person, channel, isTopLevel),
    ...(first && channel.members.includes(person) ? { firstUnread: first.ts } : {}),
  };
}

function threadView(world: World, person: string, channel: Channel, ts: string): ConversationView {
  return {
    conversation: conversationSummary(world, person, channel),
    messages: visible(world, person, channel, (each) => each.ts === ts || each.threadTs === ts),
  };
}

function visible(world: World, person: string, channel: Channel, wanted: (message: Message) => boolean) {
  const stored = world.state.messages[channel.id] ?? [];
  const ephemeral = world.ephemerals.filter((each) => each.channel === channel.id);
  return [...stored, ...ephemeral]
    .filter((each) => wanted(each) && canSee(world, person, each))
    .sort((a, b) => (a.ts < b.ts ? -1 : 1))
    .map((each) => messageView(world, each));
}
