import type { WebClient } from '@slack/web-api';
import { createShortMemory } from './short-memory.ts';
import { ask, SlackRefusal } from './web.ts';

export interface Channels {
  /** The id of a channel's name (without `#`); the name itself where we may not list channels, which posting takes too. */
  idOf(name: string): Promise<string>;
  /** The name was given to another channel, or there is a new one. */
  forget(): void;
  /** The names of those that we are in, as Slack has it now; null where we may not list channels. */
  joined(): Promise<ReadonlySet<string> | null>;
}

interface Listed {
  readonly name: string;
  readonly id: string;
  readonly isMember: boolean;
}

const KEEP_MS = 300_000;
const PAGE = 999;

export function createChannels(web: WebClient): Channels {
  const memory = createShortMemory<ReadonlyMap<string, string>>(KEEP_MS);

  async function list(): Promise<Listed[]> {
    const found: Listed[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask(
        web.conversations.list({
          types: 'public_channel,private_channel',
          exclude_archived: true,
          limit: PAGE,
          ...(cursor ? { cursor } : {}),
        }),
      );
      for (const { name, id, is_member: isMember } of page.channels ?? [])
        if (name && id) found.push({ name, id, isMember: isMember === true });
      cursor = page.response_metadata?.next_cursor;
    } while (cursor);
    return found;
  }

  async function listIfAllowed(): Promise<readonly Listed[] | null> {
    try {
      return await list();
    } catch (error) {
      if (error instanceof SlackRefusal && error.code === 'missing_scope') return null;
      throw error;
    }
  }

  const idsByName = async () => new Map((await listIfAllowed())?.map(({ name, id }) => [name, id]));

  return {
    // A channel that is not listed is tried by its name: Slack then says what is wrong with it.
    idOf: async (name) => (await memory.get('all', idsByName)).get(name) ?? `#${name}`,
    forget: () => memory.forget('all'),
    joined: async () => {
      const listed = await listIfAllowed();
      return listed && new Set(listed.filter(({ isMember }) => isMember).map(({ name }) => name));
    },
  };
}
