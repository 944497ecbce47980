import type { WebClient } from '@slack/web-api';
import { describeWho, type Who } from '../domain/manifest.ts';
import { type Logger, loggable } from '../logger.ts';
import type { UserGroups } from './groups.ts';
import { createShortMemory } from './short-memory.ts';
import { standingOf } from './standing.ts';
import { ask, SlackRefusal } from './web.ts';

/** How somebody whom a manifest names is reached. */
export type Address =
  | { readonly kind: 'user'; readonly id: string; readonly name: string }
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly name: string;
      readonly members: readonly string[];
    };

export interface Addresses {
  /** Undefined: Slack knows nobody of that name who is still here. Throws {@link SlackAway}. */
  find(who: Who): Promise<Address | undefined>;
}

const KEEP_MS = 300_000;

/** Addresses only: who may decide is found out at each click. */
export function createAddresses(web: WebClient, groups: UserGroups, log: Logger): Addresses {
  const memory = createShortMemory<Address | undefined>(KEEP_MS);

  async function look(who: Exclude<Who, { kind: 'group' }>): Promise<Address | undefined> {
    const { user } = await ask(
      who.kind === 'id' ? web.users.info({ user: who.id }) : web.users.lookupByEmail({ email: who.email }),
    );
    if (!user?.id || standingOf(user, user.team_id ?? '') !== 'member') return undefined;
    return { kind: 'user', id: user.id, name: user.real_name || user.name || user.id };
  }

  async function lookUp(who: Who): Promise<Address | undefined> {
    try {
      if (who.kind !== 'group') return await look(who);
      const group = await groups.find(who.handle);
      return group && { kind: 'group', id: group.id, name: describeWho(who), members: group.members };
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      log.warn({ who: describeWho(who), err: loggable(error) }, 'slack.nobody_of_that_name');
      return undefined;
    }
  }

  // Groups have a shorter memory of their own.
  return {
    find: (who) => (who.kind === 'group' ? lookUp(who) : memory.get(describeWho(who), () => lookUp(who))),
  };
}
