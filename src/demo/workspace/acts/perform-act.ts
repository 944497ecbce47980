import { conversationsChanged, messageGone } from '../announce.ts';
import { directConversation, findEphemeral, findMessage, markRead } from '../messages.ts';
import { deliver } from '../outgoing/deliver.ts';
import { sendEvent } from '../outgoing/events.ts';
import { globalShortcut, messageShortcut } from '../outgoing/payloads.ts';
import type { Act, ActResult } from '../protocol.ts';
import { botUserId, type Person } from '../state.ts';
import { viewJson } from '../wire.ts';
import type { World } from '../world.ts';
import { close, submit } from './modal-acts.ts';
import { say } from './say.ts';
import { problemOf, sentences } from './sentences.ts';
import { suggest, use } from './use.ts';

/** What a person does in the page. Answers when Slack would have something to show. */
export async function performAct(world: World, person: Person, act: Act): Promise<ActResult> {
  if (person.isDeactivated) return { ok: false, problem: sentences.deactivated };
  switch (act.act) {
    case 'say':
      return say(world, person, act);
    case 'use':
      return use(world, person, act);
    case 'suggest':
      return suggest(world, person, act);
    case 'submit':
      return submit(world, person, act);
    case 'close':
      return close(world, person, act);
    case 'shortcut':
      return shortcut(world, person, act);
    case 'open_home':
      return openHome(world, person, act.tab);
    case 'read':
      return read(world, person, act.channel);
    case 'dismiss':
      return dismiss(world, person, act.channel, act.ts);
    case 'open_dm':
      return { ok: true, channel: directConversation(world, person.id, act.withPerson).id };
    case 'propose':
      return propose(world, act.body);
  }
}

async function shortcut(
  world: World,
  person: Person,
  act: Extract<Act, { act: 'shortcut' }>,
): Promise<ActResult> {
  const known = world.app.features.shortcuts.find((each) => each.callback_id === act.callbackId);
  if (!known || !world.isInstalled) return { ok: false, problem: 'This shortcut is not there any more.' };
  const channel = world.state.channels[act.channel ?? ''];
  const message = channel && findMessage(world, channel.id, act.ts ?? '');
  if (known.type === 'message' && !message)
    return { ok: false, problem: 'This message is not there any more.' };
  const payload =
    known.type === 'message' && message
      ? messageShortcut(world, person.id, act.callbackId, channel, message)
      : globalShortcut(world, person.id, act.callbackId);
  const name = known.type === 'message' ? 'message_action' : 'shortcut';
  const url = world.app.settings.interactivity?.request_url;
  const problem = problemOf(await deliver(world, { type: 'interactive', name, payload, url }));
  return problem ? { ok: false, problem } : { ok: true };
}

function openHome(world: World, person: Person, tab: 'home' | 'messages'): ActResult {
  const view = world.state.views[world.state.homes[person.id] ?? ''];
  const channel = directConversation(world, person.id, botUserId);
  sendEvent(world, {
    type: 'app_home_opened',
    user: person.id,
    channel: channel.id,
    tab,
    ...(view && tab === 'home' ? { view: viewJson(world, view) } : {}),
  });
  return { ok: true, channel: channel.id };
}

function read(world: World, person: Person, channel: string): ActResult {
  const last = world.state.messages[channel]?.at(-1);
  if (last) markRead(world, person.id, channel, last.ts);
  conversationsChanged(world);
  return { ok: true };
}

function dismiss(world: World, person: Person, channel: string, ts: string): ActResult {
  const message = findEphemeral(world, channel, ts);
  if (message?.ephemeralFor !== person.id)
    return { ok: false, problem: 'This message is not there any more.' };
  world.ephemerals.splice(world.ephemerals.indexOf(message), 1);
  messageGone(world, message);
  return { ok: true };
}

/** The form of the tour: the browser may not call the app itself, as it is another origin. */
async function propose(world: World, body: string): Promise<ActResult> {
  const proposal = world.tour?.proposal;
  if (!proposal) return { ok: false, problem: 'This workspace has no form for proposals.' };
  try {
    const response = await fetch(proposal.url, { method: 'POST', headers: { ...proposal.headers }, body });
    return { ok: true, answer: { status: response.status, body: await response.text() } };
  } catch (error) {
    return { ok: false, problem: `${proposal.url} does not answer: ${String(error)}` };
  }
}
