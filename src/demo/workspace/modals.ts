import { homeChanged, modalsChanged } from './announce.ts';
import { storeBlocks } from './blocks/store-blocks.ts';
import { asText } from './blocks/validate-blocks.ts';
import { validateView } from './blocks/validate-view.ts';
import { escapeText } from './escape-text.ts';
import { isObject, type JsonObject, stringIn } from './json.ts';
import { limits } from './limits.ts';
import type { Json } from './protocol.ts';
import type { View } from './state.ts';
import { nextId } from './state.ts';
import { invalidArguments, Refusal } from './web-api/call.ts';
import type { World } from './world.ts';

/** Throws a Refusal in the words of views.*. */
export function checkView(view: Json, type: View['type']): JsonObject {
  if (!isObject(view)) throw invalidArguments('missing required field: view');
  const findings = validateView(view).map(asText);
  if (view.type !== type) findings.push(`must be a valid enum value [json-pointer:/view/type]`);
  if (findings.length > 0) throw invalidArguments(...findings);
  if (Buffer.byteLength(JSON.stringify(view)) > limits.view.bytes) throw new Refusal('view_too_large');
  return view;
}

function escapedText(value: Json | undefined): JsonObject | null {
  return isObject(value)
    ? { ...value, text: escapeText(stringIn(value.text)), emoji: value.emoji ?? true }
    : null;
}

function contentOf(world: World, view: JsonObject) {
  return {
    callbackId: stringIn(view.callback_id),
    privateMetadata: stringIn(view.private_metadata),
    blocks: storeBlocks(view.blocks ?? []),
    title: escapedText(view.title),
    submit: escapedText(view.submit),
    close: escapedText(view.close),
    clearOnClose: view.clear_on_close === true,
    notifyOnClose: view.notify_on_close === true,
    hash: `${Math.floor(world.clock.now() / 1000)}.${nextId(world.state, '').slice(1).toLowerCase()}`,
    errors: {},
    problem: null,
  };
}

export function stackOf(world: World, user: string): string[] {
  const stack = world.state.stacks[user] ?? [];
  world.state.stacks[user] = stack;
  return stack;
}

/** On top of what is open; the first one of a stack is its root. */
export function pushModal(world: World, user: string, view: JsonObject): View {
  const stack = stackOf(world, user);
  if (stack.length >= limits.view.stack) throw new Refusal('push_limit_reached');
  const externalId = stringIn(view.external_id);
  checkExternalId(world, externalId);
  const id = nextId(world.state, 'V');
  const opened: View = {
    id,
    type: 'modal',
    user,
    externalId,
    rootId: stack[0] ?? id,
    previousId: stack.at(-1) ?? null,
    values: {},
    ...contentOf(world, view),
  };
  world.state.views[id] = opened;
  stack.push(id);
  world.save();
  modalsChanged(world, user);
  return opened;
}

function checkExternalId(world: World, externalId: string, own?: View): void {
  const isTaken = Object.values(world.state.views).some(
    (each) => each !== own && each.externalId === externalId,
  );
  if (externalId && isTaken) throw new Refusal('duplicate_external_id');
}

/** What a person typed stays where block_id and action_id stay. */
export function replaceView(world: World, target: View, view: JsonObject): View {
  const externalId = stringIn(view.external_id) || target.externalId;
  checkExternalId(world, externalId, target);
  target.externalId = externalId;
  Object.assign(target, contentOf(world, view));
  world.save();
  if (target.type === 'home') homeChanged(world, target.user);
  else modalsChanged(world, target.user);
  return target;
}

/** Takes the view off its owner's stack, with everything above it, or the whole stack. */
export function closeModal(world: World, view: View, all: boolean): View[] {
  const stack = stackOf(world, view.user);
  const from = all ? 0 : stack.indexOf(view.id);
  const closed = from < 0 ? [] : stack.splice(from);
  const views = closed.flatMap((id) => world.state.views[id] ?? []);
  for (const id of closed) delete world.state.views[id];
  world.save();
  modalsChanged(world, view.user);
  return views;
}

export function publishHome(world: World, user: string, view: JsonObject): View {
  const existing = world.state.views[world.state.homes[user] ?? ''];
  if (existing) return replaceView(world, existing, view);
  checkExternalId(world, stringIn(view.external_id));
  const id = nextId(world.state, 'V');
  const home: View = {
    id,
    type: 'home',
    user,
    externalId: stringIn(view.external_id),
    rootId: id,
    previousId: null,
    values: {},
    ...contentOf(world, view),
  };
  world.state.views[id] = home;
  world.state.homes[user] = id;
  world.save();
  homeChanged(world, user);
  return home;
}
