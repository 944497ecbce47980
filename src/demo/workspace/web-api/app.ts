import { validateBlocks } from '../blocks/validate-blocks.ts';
import { validateView } from '../blocks/validate-view.ts';
import { enterpriseFields } from '../enterprise.ts';
import { isObject, type JsonObject } from '../json.ts';
import { appGone, tokensRevoked } from '../outgoing/events.ts';
import type { Json } from '../protocol.ts';
import { botId, botUserId } from '../state.ts';
import type { Call, MethodTable } from './call.ts';
import { flag, invalidArguments, objectArg, Refusal, required, structure, text } from './call.ts';

function whoAmI({ world }: Call) {
  return {
    url: `${world.origin}/`,
    team: world.team.name,
    user: world.app.features.bot_user.display_name,
    team_id: world.team.id,
    user_id: botUserId,
    bot_id: botId,
    ...(world.team.enterprise ? { enterprise_id: world.team.enterprise.id } : {}),
    is_enterprise_install: false,
  };
}

function echo({ args }: Call) {
  const { token: _, ...rest } = args;
  const error = text(args, 'error');
  if (error) throw new Refusal(error, { args: rest });
  return { args: rest };
}

const validated = ['blocks', 'message', 'view'] as const;

function validate({ args }: Call) {
  const given = validated.filter((name) => args[name] !== undefined);
  const [name] = given;
  if (given.length !== 1 || !name)
    throw invalidArguments('must provide exactly one of `blocks`, `message` and `view`');
  const findings = findingsOf(name, structure(args, name) ?? null);
  if (findings.length === 0) return {};
  throw new Refusal(`invalid_${name}`, {
    errors: findings.map(({ message, pointer }) => ({
      code: message.startsWith('missing') ? 'missing_required_field' : 'invalid_value',
      message,
      pointer,
      constraint: /\d+/.exec(message)?.[0] ?? null,
    })),
  });
}

function findingsOf(name: (typeof validated)[number], value: Json) {
  if (name === 'blocks') return validateBlocks(value, 'message').findings;
  if (!isObject(value)) throw invalidArguments(`must be an object [json-pointer:/${name}]`);
  if (name === 'view') return validateView(value);
  return validateBlocks(value.blocks ?? [], 'message', '/message/blocks').findings;
}

function complete(state: 'completed' | 'failed') {
  return ({ world, args }: Call): JsonObject => {
    const execution = world.state.executions[required(args, 'function_execution_id')];
    if (!execution) throw new Refusal('function_execution_not_found');
    if (execution.state !== 'running') throw new Refusal('execution_not_in_running_state');
    if (state === 'completed') execution.outputs = objectArg(args, 'outputs');
    else execution.error = required(args, 'error');
    execution.state = state;
    world.save();
    return {};
  };
}

export const appMethods: MethodTable = {
  'api.test': { tier: 4, scopes: [], token: 'none', run: echo },
  'auth.test': { tier: 'special', scopes: [], run: whoAmI },
  'auth.revoke': {
    tier: 3,
    scopes: [],
    run({ world, args }) {
      if (flag(args, 'test')) return { revoked: false };
      world.keys.isRevoked = true;
      tokensRevoked(world);
      return { revoked: true };
    },
  },
  'apps.uninstall': {
    tier: 1,
    scopes: [],
    run({ world, args }) {
      if (required(args, 'client_id') !== world.keys.clientId) throw new Refusal('invalid_client_id');
      if (required(args, 'client_secret') !== world.keys.clientSecret) throw new Refusal('bad_client_secret');
      appGone(world);
      return {};
    },
  },
  'apps.connections.open': {
    tier: 1,
    scopes: [],
    token: 'app',
    run({ world }) {
      if (!world.isSocketMode) throw new Refusal('forbidden_team');
      return { url: world.sockets.ticket() };
    },
  },
  'team.info': {
    tier: 3,
    scopes: ['team:read'],
    run({ world }) {
      const { id, name, domain } = world.team;
      return {
        team: {
          id,
          name,
          domain,
          url: `${world.origin}/`,
          email_domain: 'acme.test',
          icon: {},
          ...enterpriseFields(world),
        },
      };
    },
  },
  'blocks.validate': { tier: 'special', scopes: [], run: validate },
  'functions.completeSuccess': { tier: 3, scopes: [], run: complete('completed') },
  'functions.completeError': { tier: 3, scopes: [], run: complete('failed') },
};
