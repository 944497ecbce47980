import type { Person } from '../state.ts';
import { appId, botId, botUserId } from '../state.ts';
import { groupJson, userJson } from '../wire.ts';
import type { Call, MethodTable } from './call.ts';
import { flag, page, Refusal, required } from './call.ts';

function asUser(call: Call, person: Person) {
  const user = userJson(call.world, person, call.granted.has('users:read.email'));
  if (flag(call.args, 'include_locale')) return user;
  const { locale: _, ...rest } = user;
  return rest;
}

export const peopleMethods: MethodTable = {
  'users.info': {
    tier: 4,
    scopes: ['users:read'],
    run(call) {
      const person = call.world.state.people[required(call.args, 'user')];
      if (!person) throw new Refusal('user_not_found');
      return { user: asUser(call, person) };
    },
  },
  'users.list': {
    tier: 2,
    scopes: ['users:read'],
    run(call) {
      const { items, next } = page(Object.values(call.world.state.people), call.args);
      return {
        members: items.map((each) => asUser(call, each)),
        cache_ts: Math.floor(call.world.clock.now() / 1000),
        response_metadata: { next_cursor: next },
      };
    },
  },
  'users.lookupByEmail': {
    tier: 3,
    scopes: ['users:read.email'],
    run(call) {
      const email = required(call.args, 'email').toLowerCase();
      const found = Object.values(call.world.state.people).find(
        (each) => each.email.toLowerCase() === email && !each.isDeactivated && !each.strangerFrom,
      );
      if (!found) throw new Refusal('users_not_found');
      return { user: asUser(call, found) };
    },
  },
  'usergroups.list': {
    tier: 2,
    scopes: ['usergroups:read'],
    run({ world, args }) {
      const withUsers = flag(args, 'include_users');
      return {
        usergroups: Object.values(world.state.groups).map((group) => groupJson(world, group, withUsers)),
      };
    },
  },
  'usergroups.users.list': {
    tier: 2,
    scopes: ['usergroups:read'],
    run({ world, args }) {
      const group = world.state.groups[required(args, 'usergroup')];
      if (!group) throw new Refusal('no_such_subteam');
      return { users: [...group.members] };
    },
  },
  'bots.info': {
    tier: 3,
    scopes: ['users:read'],
    run({ world, args }) {
      if (required(args, 'bot') !== botId) throw new Refusal('bot_not_found');
      const { name } = world.app.display_information;
      return {
        bot: { id: botId, deleted: false, name, updated: 1_700_000_000, app_id: appId, user_id: botUserId },
      };
    },
  },
};
