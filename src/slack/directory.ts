import { setTimeout as pause } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Context } from '../context.ts';
import type { Who } from '../domain/manifest.ts';
import { emailIdentity, type Groups, type Person } from '../domain/person.ts';
import { loggable } from '../logger.ts';
import { listStandsFor } from '../store/absences.ts';
import { findKnownPerson, identify, type KnownPerson } from '../store/people.ts';
import type { UserGroups } from './groups.ts';
import type { Session } from './session.ts';
import { ask, SlackAway, SlackRefusal } from './web.ts';

/** Who somebody is whom a manifest names and a key has proved, for the door that is there when Slack is not. */
export interface Directory {
  /**
   * As Slack knows them now; while Slack is away, as it knew them last, or by the manifest's word alone. Undefined: Slack
   * knows no such member (any more), or a Slack id was never seen here.
   */
  personOf(who: Who): Promise<Person | undefined>;
  /** Null: it can't be known now. */
  membersOf(handles: readonly string[]): Promise<Groups>;
}

/** A kill switch waits no longer for Slack to say who pulls it. */
const PATIENCE_MS = 2_000;

export interface DirectoryOptions {
  readonly context: Context;
  readonly web: WebClient;
  readonly groups: UserGroups;
  /** Undefined until Slack has said who we are. */
  session(): Session | undefined;
}

export function createDirectory({ context, web, groups, session }: DirectoryOptions): Directory {
  async function inSlack(now: Session, who: Who): Promise<Person | undefined> {
    const userId =
      who.kind === 'email' ? await userOf(web, who.email) : who.kind === 'id' ? who.id : undefined;
    return userId === undefined ? undefined : now.people.personOf(now.me.teamId, userId);
  }

  return {
    async personOf(who) {
      const now = session();
      try {
        if (now) return await within(PATIENCE_MS, inSlack(now, who));
      } catch (error) {
        if (!(error instanceof SlackAway)) throw error;
        context.log.warn({ err: loggable(error) }, 'slack.person_by_key_not_asked');
      }
      return asKnown(context, who);
    },
    membersOf: (handles) => groups.membersOf(handles),
  };
}

async function userOf(web: WebClient, email: string): Promise<string | undefined> {
  try {
    return (await ask(web.users.lookupByEmail({ email }))).user?.id;
  } catch (error) {
    if (error instanceof SlackRefusal && error.code === 'users_not_found') return undefined;
    throw error;
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const cancel = new AbortController();
  const late = pause(ms, undefined, { signal: cancel.signal }).then(() => {
    throw new SlackAway('Slack did not say in time who that is');
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    late.catch(() => {});
    answer.catch(() => {});
    cancel.abort();
  }
}

/** The same principal as in Slack: two keys, or a key and an account, of one person are never two people. */
async function asKnown(context: Context, who: Who): Promise<Person | undefined> {
  const { database, manifests } = context;
  const known = await findOrPin(context, who);
  if (!known) return undefined;
  const [, teamId = '', userId] = slackOf(known.identities);
  const email = who.kind === 'email' ? who.email : null;
  return {
    ...{ principal: known.principal, name: known.name, email, teamId },
    userId: userId ?? email ?? known.principal,
    timezone: manifests.organisation.timezone,
    identities: [...known.identities, ...(userId === undefined ? [] : [`id:${userId}`])],
    standsFor: await listStandsFor(database, known.principal),
    standing: 'member',
  };
}

async function findOrPin({ database }: Context, who: Who): Promise<KnownPerson | undefined> {
  if (who.kind !== 'email')
    return who.kind === 'id' ? findKnownPerson(database, { slackId: who.id }) : undefined;
  const identity = emailIdentity(who.email);
  const found = await findKnownPerson(database, { identity });
  if (found) return found;
  // Never seen in Slack: the account that first shows this e-mail there will be the same principal.
  await identify(database, `cli:${who.email}`, identity, who.email);
  return findKnownPerson(database, { identity });
}

function slackOf(identities: readonly string[]): readonly string[] {
  const slack = identities.find((identity) => identity.startsWith('slack:')) ?? '';
  return /^slack:([^/]*)\/(.+)$/.exec(slack) ?? [];
}
