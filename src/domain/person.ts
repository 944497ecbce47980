import type { Who } from './manifest.ts';

/** A human as Slack knows them at this moment, resolved to one principal (a person may have several accounts). */
export interface Person {
  readonly principal: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string | null;
  /** IANA name; the asker's days are taken in it. */
  readonly timezone: string;
  /** Every name this person goes by: `email:…`, `slack:TEAM/USER`. */
  readonly identities: readonly string[];
  /** Who is away and has asked this person to decide for them. */
  readonly standsFor?: readonly StandIn[];
  /** How Slack names those who may, by {@link describeWho}, where it was asked: for sentences alone. */
  readonly names?: Readonly<Record<string, string>>;
  readonly standing: 'member' | 'guest' | 'stranger' | 'deactivated' | 'bot';
}

/** Somebody who is away. */
export type StandIn = Pick<Person, 'principal' | 'userId' | 'name' | 'identities'>;

export function emailIdentity(email: string): string {
  return `email:${email.trim().toLowerCase()}`;
}

export function slackIdentity(teamId: string, userId: string): string {
  return `slack:${teamId}/${userId}`;
}

/** Handles of user groups to the Slack ids of their members, as of now; null: they could not be looked up. */
export type Groups = Readonly<Record<string, readonly string[] | null>>;

/** `unclear`: a group that could settle it could not be looked up. */
export function isAmong(
  person: Pick<Person, 'identities' | 'userId'>,
  list: readonly Who[],
  groups: Groups,
): 'yes' | 'no' | 'unclear' {
  let unclear = false;
  for (const who of list) {
    if (who.kind === 'email' && person.identities.includes(emailIdentity(who.email))) return 'yes';
    if (who.kind === 'id' && person.userId === who.id) return 'yes';
    if (who.kind !== 'group') continue;
    const members = groups[who.handle];
    if (!members) unclear = true;
    else if (members.includes(person.userId)) return 'yes';
  }
  return unclear ? 'unclear' : 'no';
}
