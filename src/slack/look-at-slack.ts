import type { WebClient } from '@slack/web-api';
import type { ChecklistFacts } from '../domain/checklist.ts';
import { describeWho, type Manifests, type Who } from '../domain/manifest.ts';
import { everybodyNamed } from '../domain/named.ts';
import type { Found, FoundPerson, PeopleFound } from '../domain/people-found.ts';
import type { Logger } from '../logger.ts';
import { type Channels, createChannels } from './channels.ts';
import { createGroups, type UserGroups } from './groups.ts';
import { createShortMemory } from './short-memory.ts';
import { type SlackUser, standingOf } from './standing.ts';
import { ask, createWeb, SlackAway, SlackRefusal } from './web.ts';

/** What the checklist asks Slack. */
export type SlackFacts = Pick<ChecklistFacts, 'channelsMissing' | 'people'>;

/** Questions at the same time, in a burst that Slack's limits allow. */
const AT_ONCE = 8;
const KEEP_MS = 60_000;

export interface Asking {
  readonly web: WebClient;
  readonly channels: Channels;
  readonly groups: UserGroups;
  readonly homeTeam: string;
  readonly manifests: Manifests;
}

/** As Slack has it now; what it does not say is null. */
export async function lookAtSlack(asking: Asking): Promise<SlackFacts> {
  const [channelsMissing, people] = await Promise.all([
    orNull(missingChannels(asking)),
    orNull(findEverybody(asking)),
  ]);
  return { channelsMissing, people };
}

/** For a command that runs beside the server, with its token. Null of both where Slack does not say who we are. */
export async function lookAtSlackOnce(options: {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly log: Logger;
  readonly manifests: Manifests;
}): Promise<SlackFacts> {
  const { manifests, log } = options;
  const web = createWeb(options);
  const me = await orNull(ask(web.auth.test()));
  if (!me?.team_id) return { channelsMissing: null, people: null };
  const groups = createGroups(web, log);
  return lookAtSlack({ web, groups, manifests, channels: createChannels(web), homeTeam: me.team_id });
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SlackAway || error instanceof SlackRefusal) return null;
    throw error;
  }
}

/** Those the bot was not invited to; null: Slack does not let us ask. */
async function missingChannels({ channels, manifests }: Asking): Promise<string[] | null> {
  const joined = await channels.joined();
  return joined && channelsOf(manifests).filter((name) => !joined.has(name));
}

function channelsOf({ organisation, workflows }: Manifests): string[] {
  const all = Object.values(workflows).flatMap(({ channel, tiers }) => [
    channel,
    ...tiers.map((tier) => tier.channel),
  ]);
  return [...new Set([organisation.alerts, ...all])];
}

async function findEverybody(asking: Asking): Promise<PeopleFound> {
  const named = [...new Map(everybodyNamed(asking.manifests).map((who) => [describeWho(who), who]))];
  const known = createShortMemory<FoundPerson | undefined>(KEEP_MS);
  const byId = (id: string) => known.get(id, () => lookUp(asking, () => asking.web.users.info({ user: id })));
  const found: [string, Found][] = [];
  for (const [name, who] of named) found.push([name, await find(asking, who, byId)]);
  return Object.fromEntries(found);
}

type ById = (id: string) => Promise<FoundPerson | undefined>;

async function find(asking: Asking, who: Who, byId: ById): Promise<Found> {
  try {
    return { people: await peopleOf(asking, who, byId) };
  } catch (error) {
    if (error instanceof SlackRefusal) return { people: [], refused: error.code };
    throw error;
  }
}

async function peopleOf(asking: Asking, who: Who, byId: ById): Promise<FoundPerson[]> {
  if (who.kind === 'id') return present([await byId(who.id)]);
  if (who.kind === 'email')
    return present([await lookUp(asking, () => asking.web.users.lookupByEmail({ email: who.email }))]);
  const ids = (await asking.groups.find(who.handle))?.members ?? [];
  const people: FoundPerson[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    people.push(...present(await Promise.all(ids.slice(at, at + AT_ONCE).map(byId))));
  return people;
}

function present(people: readonly (FoundPerson | undefined)[]): FoundPerson[] {
  return people.filter((person) => person !== undefined);
}

/** Undefined: nobody of that name is, or is shown to us, in this workspace. */
async function lookUp(
  { homeTeam, manifests }: Asking,
  question: () => Promise<{ user?: SlackUser }>,
): Promise<FoundPerson | undefined> {
  try {
    const { user } = await ask(question());
    if (!user?.id) return undefined;
    return {
      id: user.id,
      name: user.real_name || user.profile?.real_name || user.name || user.id,
      email: user.profile?.email ?? null,
      timezone: user.tz || manifests.organisation.timezone,
      standing: standingOf(user, homeTeam),
    };
  } catch (error) {
    if (error instanceof SlackRefusal && /^users?_not_(found|visible)$/.test(error.code)) return undefined;
    throw error;
  }
}
