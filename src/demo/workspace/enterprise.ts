import type { JsonObject } from './json.ts';
import type { Person } from './state.ts';
import type { World } from './world.ts';

/** What Slack adds where a workspace belongs to an organisation on Enterprise Grid; nothing, or null, elsewhere. */
export function enterpriseRef({ team }: World): { id: string; name: string } | null {
  return team.enterprise ? { ...team.enterprise } : null;
}

export function enterpriseFields({ team }: World): JsonObject {
  return team.enterprise ? { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name } : {};
}

export function teamRef(world: World): JsonObject {
  return { id: world.team.id, domain: world.team.domain, ...enterpriseFields(world) };
}

export function enterpriseUser(world: World, person: Person): JsonObject {
  if (!world.team.enterprise || person.strangerFrom !== undefined) return {};
  const rights = { is_admin: false, is_owner: false, is_primary_owner: false };
  return {
    enterprise_user: { id: person.id, ...enterpriseFields(world), ...rights, teams: [world.team.id] },
  };
}
