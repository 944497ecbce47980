import type { WebClient } from '@slack/web-api';
import { createShortMemory } from './short-memory.ts';
import { ask, SlackRefusal } from './web.ts';

export interface Channels {
  /** The id of a channel's name (without `#`); the name itself where we may not list channels, which posting takes too. */
  idOf(name: string): Promise<string>;
  /** The name was given to another channel, or there is a new one. */
  forget(): void;
}

const KEEP_MS = 300_000;
const PAGE = 999;

export function createChannels(web: WebClient): Channels {
  const memory = createShortMemory<ReadonlyMap<string, string>>(KEEP_MS);

  async function list(): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string, string>();
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
      for (const { name, id } of page.channels ?? []) if (name && id) ids.set(name, id);
      cursor = page.response_metadata?.next_cursor;
    } while (cursor);
    return ids;
  }

  async function listIfAllowed(): Promise<ReadonlyMap<string, string>> {
    try {
      return await list();
    } catch (error) {
      if (error instanceof SlackRefusal && error.code === 'missing_scope') return new Map();
      throw error;
    }
  }

  return {
    // A channel that is not listed is tried by its name: Slack then says what is wrong with it.
    idOf: async (name) => (await memory.get('all', listIfAllowed)).get(name) ?? `#${name}`,
    forget: () => memory.forget('all'),
  };
}
