import type { World } from '../world.ts';

/** Those of the manifest, less the optional ones that somebody refused. */
export function grantedScopes(world: World): Set<string> {
  const { bot, bot_optional: optional } = world.app.oauth_config.scopes;
  return new Set([...bot, ...optional.filter((scope) => !world.keys.refusedScopes.has(scope))]);
}
