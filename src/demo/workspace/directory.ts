/** Who and what is in a workspace before anything happens in it. */
export interface Directory {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly people: readonly DirectoryPerson[];
  readonly groups: readonly DirectoryGroup[];
  readonly channels: readonly DirectoryChannel[];
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
