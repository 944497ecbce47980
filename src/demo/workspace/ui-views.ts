import { stateOf } from './blocks/element-state.ts';
import { stringIn } from './json.ts';
import type { ConversationSummary, HomeView, MessageView, ModalView, PersonView } from './protocol.ts';
import type { Channel, Message, Person, View } from './state.ts';
import { botUserId } from './state.ts';
import type { World } from './world.ts';

export function peopleViews(world: World): PersonView[] {
  return Object.values(world.state.people).map(personView);
}

function kindOf(person: Person): PersonView['kind'] {
  if (person.isBot) return 'bot';
  if (person.isDeactivated) return 'deactivated';
  if (person.strangerFrom) return 'stranger';
  return person.isGuest ? 'guest' : 'member';
}

function personView(person: Person): PersonView {
  const { id, handle, name, title, email, timeZone, locale, part } = person;
  return { id, handle, name, title, email, timeZone, locale, part, kind: kindOf(person) };
}

function nameOf(world: World, id: string): string {
  return world.state.people[id]?.name ?? id;
}

/** Public channels are seen by every member of the workspace, the rest only from inside. */
export function conversationsFor(world: World, person: string): ConversationSummary[] {
  const viewer = world.state.people[person];
  const confined = !viewer || viewer.isGuest || viewer.strangerFrom !== undefined;
  return Object.values(world.state.channels)
    .filter((channel) => channel.members.includes(person) || (channel.kind === 'public' && !confined))
    .map((channel) => conversationSummary(world, person, channel));
}

export function conversationSummary(world: World, person: string, channel: Channel): ConversationSummary {
  const other = channel.kind === 'dm' ? channel.members.find((id) => id !== person) : undefined;
  const closed = closedBecause(world, channel);
  return {
    id: channel.id,
    kind: channel.kind,
    name: other ? nameOf(world, other) : channel.name,
    topic: channel.topic,
    members: channel.members,
    archived: channel.isArchived,
    isMember: channel.members.includes(person),
    unread: channel.members.includes(person) ? unreadOf(world, person, channel.id).length : 0,
    ...(other ? { withPerson: other } : {}),
    ...(closed ? { closedBecause: closed } : {}),
  };
}

function closedBecause(world: World, channel: Channel): string | undefined {
  if (channel.isArchived) return `You are viewing #${channel.name}, an archived channel`;
  const home = world.app.features.app_home;
  const isAppDm = channel.kind === 'dm' && channel.members.includes(botUserId);
  return isAppDm && home.messages_tab_read_only_enabled
    ? 'Sending messages to this app has been turned off.'
    : undefined;
}

export function unreadOf(world: World, person: string, channel: string): Message[] {
  const read = world.state.reads[person]?.[channel] ?? '0';
  const list = world.state.messages[channel] ?? [];
  return list.filter((each) => each.ts > read && each.user !== person && isTopLevel(each));
}

export function isTopLevel(message: Message): boolean {
  return message.threadTs === undefined || message.threadTs === message.ts;
}

export function canSee(world: World, person: string, message: Message): boolean {
  if (message.ephemeralFor !== undefined) return message.ephemeralFor === person;
  return world.state.channels[message.channel]?.members.includes(person) ?? false;
}

export function repliesTo(world: World, message: Message): Message[] {
  const list = world.state.messages[message.channel] ?? [];
  return list.filter((each) => each.threadTs === message.ts && each.ts !== message.ts);
}

export function messageView(world: World, message: Message): MessageView {
  const replies = repliesTo(world, message);
  const latest = replies.at(-1);
  const author = world.state.people[message.user];
  return {
    channel: message.channel,
    ts: message.ts,
    author: { id: message.user, name: author?.name ?? message.user, isBot: author?.isBot ?? false },
    text: message.text,
    blocks: message.blocks,
    files: filesOf(world, message),
    ephemeral: message.ephemeralFor !== undefined,
    edited: message.edited !== undefined && message.blocks.length === 0,
    replyCount: replies.length,
    replyUsers: [...new Set(replies.map((each) => each.user))],
    ...(latest ? { latestReply: latest.ts } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(message.problem ? { problem: message.problem } : {}),
  };
}

function filesOf(world: World, message: Message): MessageView['files'] {
  return (message.files ?? [])
    .flatMap((id) => world.state.files[id] ?? [])
    .map(({ id, name, title, length }) => ({ name, title, size: length, url: fileUrl(world, id, name) }));
}

export function fileUrl(world: World, id: string, name: string): string {
  return `${world.origin}/files/${id}/${encodeURIComponent(name)}`;
}

export function homeView(world: World, person: string): HomeView {
  const view = world.state.views[world.state.homes[person] ?? ''];
  return {
    viewId: view?.id ?? null,
    blocks: view?.blocks ?? null,
    hash: view?.hash ?? '',
    ...(view?.problem ? { problem: view.problem } : {}),
  };
}

export function modalViews(world: World, person: string): ModalView[] {
  const stack = world.state.stacks[person] ?? [];
  return stack.flatMap((id) => world.state.views[id] ?? []).map(modalView);
}

function modalView(view: View): ModalView {
  return {
    id: view.id,
    callbackId: view.callbackId,
    title: stringIn(view.title?.text),
    submit: view.submit ? stringIn(view.submit.text) : null,
    close: view.close ? stringIn(view.close.text) : 'Cancel',
    blocks: view.blocks,
    hash: view.hash,
    values: stateOf(view.blocks, view.values),
    errors: view.errors,
    problem: view.problem?.text ?? null,
  };
}
