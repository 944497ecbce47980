import { stringIn } from '../json.ts';
import { checkView, publishHome, pushModal, replaceView, stackOf } from '../modals.ts';
import type { View } from '../state.ts';
import { viewJson } from '../wire.ts';
import type { World } from '../world.ts';
import type { Call, MethodTable } from './call.ts';
import { invalidArguments, objectArg, Refusal, required, text } from './call.ts';

function open(push: boolean) {
  return ({ world, args }: Call) => {
    const trigger = required(args, 'trigger_id');
    const view = checkView(objectArg(args, 'view'), 'modal');
    const user = world.triggers.exchange(trigger);
    if (typeof user !== 'string') throw new Refusal(user.error);
    if (!push && stackOf(world, user).length > 0) closeAll(world, user);
    return { view: viewJson(world, pushModal(world, user, view)) };
  };
}

/** `views.open` begins a new stack. */
function closeAll(world: World, user: string): void {
  for (const id of stackOf(world, user).splice(0)) delete world.state.views[id];
}

function targetOf(world: World, viewId: string, externalId: string): View {
  if ((viewId === '') === (externalId === ''))
    throw invalidArguments('must provide exactly one of `view_id` and `external_id`');
  const found = Object.values(world.state.views).find((view) =>
    viewId ? view.id === viewId : view.externalId === externalId,
  );
  if (!found) throw new Refusal('not_found');
  return found;
}

function checkHash(view: View | undefined, hash: string): void {
  if (view && hash && hash !== view.hash) throw new Refusal('hash_conflict');
}

function update({ world, args }: Call) {
  const given = objectArg(args, 'view');
  const target = targetOf(world, text(args, 'view_id'), text(args, 'external_id'));
  checkHash(target, text(args, 'hash'));
  return { view: viewJson(world, replaceView(world, target, checkView(given, target.type))) };
}

function publish({ world, args }: Call) {
  const user = required(args, 'user_id');
  const view = objectArg(args, 'view');
  if (!world.app.features.app_home.home_tab_enabled) throw new Refusal('not_enabled');
  const person = world.state.people[user];
  if (!person || person.isDeactivated || person.isBot) throw invalidArguments('invalid `user_id`');
  checkHash(world.state.views[stringIn(world.state.homes[user])], text(args, 'hash'));
  return { view: viewJson(world, publishHome(world, user, checkView(view, 'home'))) };
}

export const viewMethods: MethodTable = {
  'views.open': { tier: 4, scopes: [], run: open(false) },
  'views.push': { tier: 4, scopes: [], run: open(true) },
  'views.update': { tier: 4, scopes: [], run: update },
  'views.publish': { tier: 4, scopes: [], run: publish },
};
