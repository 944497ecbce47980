/** Who and what is in a workspace before anything happens in it. */
export interface Directory {
  readonly team: Team;
  readonly people: readonly DirectoryPerson[];
  readonly groups: readonly DirectoryGroup[];
  readonly channels: readonly DirectoryChannel[];
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** The organisation of Enterprise Grid that the workspace belongs to. */
  readonly enterprise?: { readonly id: string; readonly name: string };
}

/** The same workspace as one of an organisation on Enterprise Grid, where people's ids begin with W. */
export function onGrid(directory: Directory, enterprise: NonNullable<Team['enterprise']>): Directory {
  const people = directory.people.map((each) => ({ ...each, id: each.id.replace(/^U/, 'W') }));
  return { ...directory, team: { ...directory.team, enterprise }, people };
}

export interface DirectoryPerson {
  readonly id: string;
  /** Also the user name; what `@lea` mentions. */
  readonly handle: string;
  readonly name: string;
  readonly email: string;
  readonly title: string;
  readonly part: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly locale: string;
  readonly isGuest?: boolean;
  readonly isDeactivated?: boolean;
  /** Another team's id: somebody who comes in through Slack Connect. */
  readonly strangerFrom?: string;
}

interface DirectoryGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  /** Handles. */
  readonly members: readonly string[];
}

export interface DirectoryChannel {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly isPrivate?: boolean;
  /** Handles. */
  readonly members: readonly string[];
  readonly hasBot: boolean;
  readonly isArchived?: boolean;
}
