import { homeChanged, messageChanged, modalsChanged } from '../announce.ts';
import { findElement } from '../blocks/element-state.ts';
import { isObject, type JsonObject, objectIn, objectsIn, parseJson, stringIn } from '../json.ts';
import { findEphemeral, findMessage } from '../messages.ts';
import { deliver } from '../outgoing/deliver.ts';
import { actionTs, messageAction, suggestion, viewAction } from '../outgoing/payloads.ts';
import type { Act, ActionPlace, ActResult, StateValues } from '../protocol.ts';
import type { Message, Person, Problem, View } from '../state.ts';
import { canSee } from '../ui-views.ts';
import { channelRef } from '../wire.ts';
import type { World } from '../world.ts';
import { problemOf, sentences } from './sentences.ts';

type Use = Extract<Act, { act: 'use' }>;
type Suggest = Extract<Act, { act: 'suggest' }>;
type Place =
  | { readonly message: Message; readonly view?: never }
  | { readonly view: View; readonly message?: never };

function placeOf(world: World, person: Person, place: ActionPlace): Place | undefined {
  if (place.kind === 'view') {
    const view = world.state.views[place.viewId];
    return view?.user === person.id ? { view } : undefined;
  }
  const message =
    findMessage(world, place.channel, place.ts) ?? findEphemeral(world, place.channel, place.ts);
  return message && canSee(world, person.id, message) ? { message } : undefined;
}

/** The fields of an element that Slack repeats in `actions[0]`, with what it holds now. */
function actionOf(world: World, element: JsonObject, blockId: string, chosen: JsonObject): JsonObject {
  const { type, action_id: actionId, text, value, style, confirm, placeholder } = element;
  const kept: JsonObject = {};
  for (const [key, each] of Object.entries({ text, value, style, confirm, placeholder }))
    if (each !== undefined) kept[key] = each;
  return {
    action_id: actionId ?? '',
    block_id: blockId,
    ...kept,
    ...chosen,
    type: type ?? '',
    action_ts: actionTs(world),
  };
}

export async function use(world: World, person: Person, act: Use): Promise<ActResult> {
  const place = placeOf(world, person, act.place);
  if (!place) return { ok: false, problem: 'This message or view is not there any more.' };
  const blocks = (place.message ?? place.view).blocks;
  const found = findElement(blocks, act.blockId, act.actionId);
  if (!found) return { ok: false, problem: 'This control is not there any more.' };
  if (!world.app.settings.interactivity?.is_enabled) return { ok: false, problem: sentences.notInteractive };
  const state = merged(act);
  if (place.view) place.view.values = { ...place.view.values, ...state };
  if (found.block.type === 'input' && found.block.dispatch_action !== true) return { ok: true };
  const action = actionOf(world, found.element, act.blockId, { ...act.chosen });
  const payload = payloadOf(world, person, place, action, state);
  if (!payload) return { ok: false, problem: sentences.notMember };
  const reply = await deliver(world, {
    type: 'interactive',
    name: 'block_actions',
    payload,
    url: world.app.settings.interactivity.request_url,
    ...(place.message ? { channel: place.message.channel } : {}),
  });
  const problem = problemOf(reply);
  mark(world, place, problem ? { blockId: act.blockId, actionId: act.actionId, text: problem } : undefined);
  return problem ? { ok: false, problem } : { ok: true };
}

function merged({ state = {}, blockId, actionId, chosen }: Use): StateValues {
  return { ...state, [blockId]: { ...state[blockId], [actionId]: chosen } };
}

function payloadOf(
  world: World,
  person: Person,
  { message, view }: Place,
  action: JsonObject,
  state: StateValues,
): JsonObject | undefined {
  if (view) return viewAction(world, person.id, view, action);
  const channel = world.state.channels[message.channel];
  return channel && messageAction(world, person.id, message, channel, action, state);
}

/** The warning triangle beside what was used. It is Slack's, not the app's: edited it is not. */
function mark(world: World, { message, view }: Place, problem: Problem | undefined): void {
  const place = message ?? view;
  if (place.problem?.text === problem?.text) return;
  if (message && problem) message.problem = problem;
  else if (message) delete message.problem;
  else view.problem = problem ?? null;
  if (message) messageChanged(world, message);
  else if (view.type === 'home') homeChanged(world, view.user);
  else modalsChanged(world, view.user);
}

/** Options of an external select, asked of the app. */
export async function suggest(world: World, person: Person, act: Suggest): Promise<ActResult> {
  const place = placeOf(world, person, act.place);
  const interactivity = world.app.settings.interactivity;
  if (!place || !interactivity?.is_enabled) return { ok: false, problem: sentences.notInteractive };
  const container: JsonObject =
    act.place.kind === 'view'
      ? { type: 'view', view_id: act.place.viewId }
      : { type: 'message', message_ts: act.place.ts, channel_id: act.place.channel, is_ephemeral: false };
  const channel = act.place.kind === 'message' ? world.state.channels[act.place.channel] : undefined;
  const payload = suggestion(world, person.id, container, {
    action_id: act.actionId,
    block_id: act.blockId,
    value: act.value,
    ...(channel ? { channel: channelRef(channel) } : {}),
  });
  const url = interactivity.message_menu_options_url ?? interactivity.request_url;
  const reply = await deliver(world, { type: 'interactive', name: 'block_suggestion', payload, url });
  const answer = reply.kind === 'answered' ? parseJson(reply.body) : undefined;
  if (!isObject(answer)) return { ok: false, problem: 'No result' };
  const grouped = objectsIn(answer.option_groups).flatMap((group) => objectsIn(objectIn(group).options));
  const options = [...objectsIn(answer.options), ...grouped].filter((each) => stringIn(each.value) !== '');
  return { ok: true, options };
}
