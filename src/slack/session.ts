import type { WebClient } from '@slack/web-api';
import type { Context } from '../context.ts';
import type { Addresses } from './addresses.ts';
import type { Channels } from './channels.ts';
import type { UserGroups } from './groups.ts';
import type { People } from './people.ts';
import type { Turns } from './turns.ts';
import type { WorkingHours } from './working-hours.ts';

/** What it takes to bring Slack up to date. */
export interface Posting {
  readonly context: Context;
  readonly web: WebClient;
  readonly channels: Channels;
  readonly groups: UserGroups;
  readonly addresses: Addresses;
  readonly turns: Turns;
  readonly hours: WorkingHours;
  /** `/agent`, as people here have to type it. */
  readonly command: string;
}

/** As Slack answered our own start-up call. */
export interface Identity {
  readonly teamId: string;
  readonly botId: string;
  readonly botUserId: string;
  /** Undefined where Slack did not say. */
  readonly appId: string | undefined;
  readonly scopes: readonly string[];
  /** The workspace's own address; undefined where Slack did not say. */
  readonly url: string | undefined;
}

/** What it takes to answer people, from when Slack has said who we are. */
export interface Session extends Posting {
  readonly me: Identity;
  readonly people: People;
}
