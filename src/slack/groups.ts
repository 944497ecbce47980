import type { WebClient } from '@slack/web-api';
import type { Groups } from '../domain/person.ts';
import { type Logger, loggable } from '../logger.ts';
import { createShortMemory } from './short-memory.ts';
import { ask } from './web.ts';

export interface UserGroup {
  readonly id: string;
  readonly members: readonly string[];
}

export interface UserGroups {
  /** Who is in these groups, within the last minute; null for all of them if Slack does not say. Never throws. */
  membersOf(handles: readonly string[]): Promise<Groups>;
  /** Throws {@link SlackAway} or {@link SlackRefusal}. */
  find(handle: string): Promise<UserGroup | undefined>;
}

const KEEP_MS = 60_000;

/** All groups come with one call: two would not fit into the time of a click, and the limit is 20 a minute. `note` keeps what Slack said. */
export function createGroups(
  web: WebClient,
  log: Logger,
  note: (members: Groups) => Promise<void> = async () => {},
): UserGroups {
  const memory = createShortMemory<ReadonlyMap<string, UserGroup>>(KEEP_MS);

  async function look(): Promise<ReadonlyMap<string, UserGroup>> {
    const { usergroups = [] } = await ask(web.usergroups.list({ include_users: true }));
    const found = usergroups.map(
      ({ handle = '', id = '', users = [] }) => [handle, { id, members: users }] as const,
    );
    await note(Object.fromEntries(found.map(([handle, { members }]) => [handle, members])));
    return new Map(found);
  }

  const all = () => memory.get('all', look);

  return {
    async membersOf(handles) {
      if (handles.length === 0) return {};
      try {
        const groups = await all();
        return Object.fromEntries(handles.map((handle) => [handle, groups.get(handle)?.members ?? []]));
      } catch (error) {
        log.warn({ err: loggable(error) }, 'slack.groups_unknown');
        return Object.fromEntries(handles.map((handle) => [handle, null]));
      }
    },
    async find(handle) {
      return (await all()).get(handle);
    },
  };
}
