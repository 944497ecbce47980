import type { WebClient } from '@slack/web-api';
import { describeWho, type Who } from '../domain/manifest.ts';
import { emailIdentity, type Person, type StandIn, slackIdentity } from '../domain/person.ts';
import { listStandsFor } from '../store/absences.ts';
import type { Database } from '../store/database.ts';
import { identify, listIdentities } from '../store/people.ts';
import { createSharedCall } from '../store/shared-call.ts';
import { createShortMemory } from './short-memory.ts';
import { type SlackUser, standingOf } from './standing.ts';
import { ask, SlackRefusal } from './web.ts';

export interface People {
  /** Who clicked or typed, as Slack knows them within the last minute. Throws {@link SlackAway} if Slack does not say. */
  personOf(teamId: string, userId: string): Promise<Person>;
}

export interface PeopleOptions {
  readonly web: WebClient;
  readonly database: Database;
  readonly homeTeam: string;
  /** Each list is one human. */
  readonly samePerson: readonly (readonly Who[])[];
  /** Of who has not set one. */
  readonly timezone: string;
}

const KEEP_MS = 60_000;

export function createPeople({ web, database, homeTeam, timezone, samePerson }: PeopleOptions): People {
  const humans = samePerson.map((names) => names.map((who) => identityOf(who, homeTeam)));
  const users = createShortMemory<SlackUser>(KEEP_MS);

  async function look(userId: string): Promise<SlackUser> {
    try {
      const { user } = await ask(web.users.info({ user: userId }));
      return user ?? {};
    } catch (error) {
      // Whom this workspace does not show us is none of its members.
      if (error instanceof SlackRefusal && /^user_not_(found|visible)$/.test(error.code)) return {};
      throw error;
    }
  }

  async function personOf(teamId: string, userId: string): Promise<Person> {
    const user = await users.get(userId, () => look(userId));
    const standing = teamId === homeTeam ? standingOf(user, homeTeam) : 'stranger';
    const slack = slackIdentity(teamId, userId);
    const name = user.real_name || user.profile?.real_name || user.name || userId;
    const email = user.profile?.email ?? null;
    const known =
      standing === 'member'
        ? await identitiesOf(database, slack, email, name, humans)
        : { principal: slack, identities: [slack], standsFor: [] };
    return {
      principal: known.principal,
      teamId,
      userId,
      name,
      email,
      timezone: user.tz ?? timezone,
      identities: [...new Set([...known.identities, `id:${userId}`])],
      standsFor: known.standsFor,
      standing,
    };
  }

  const shared = createSharedCall((key: string) => {
    const [teamId = '', userId = ''] = key.split(' ');
    return personOf(teamId, userId);
  });
  return { personOf: (teamId, userId) => shared(`${teamId} ${userId}`) };
}

function identityOf(who: Who, team: string): string {
  return who.kind === 'email' ? emailIdentity(who.email) : slackIdentity(team, describeWho(who));
}

/**
 * Only full members are pinned to their e-mail, since elsewhere anybody may call himself anything; and only an e-mail that is
 * pinned to this very person speaks for him, whatever his profile shows now.
 */
async function identitiesOf(
  database: Database,
  slack: string,
  email: string | null,
  name: string,
  humans: readonly (readonly string[])[],
): Promise<{ principal: string; identities: string[]; standsFor: StandIn[] }> {
  const address = email && emailIdentity(email);
  const also = humans.find((each) => each.includes(slack) || (address !== null && each.includes(address)));
  const principal = await identify(database, slack, address, name, also);
  const [identities, standsFor] = await Promise.all([
    listIdentities(database, principal),
    listStandsFor(database, principal),
  ]);
  return { principal, identities, standsFor };
}
