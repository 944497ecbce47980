import type { Context } from '../context.ts';
import type { SecretRef, Who } from '../domain/manifest.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Route } from './call.ts';
import type { Wakes } from './wakes.ts';

/** Who people are whom a key of their own has proved. */
export interface Directory {
  /** Undefined: nobody of that name is here (any more). */
  personOf(who: Who): Promise<Person | undefined>;
  /** Null: it can't be known now. */
  membersOf(handles: readonly string[]): Promise<Groups>;
}

export interface HttpDoorOptions {
  readonly context: Context;
  secretOf(ref: SecretRef): string;
  /** Without a slash at its end; undefined: answers hold no addresses of ours. */
  readonly publicUrl: string | undefined;
  /** CIDRs whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  readonly wakes: Wakes;
  readonly directory: Directory;
  readiness(): Promise<{ readonly ready: boolean; readonly checks: Readonly<Record<string, unknown>> }>;
  /** Further ones, beside the door's own. */
  readonly routes?: readonly Route[];
}

/** What the agents' routes need. */
export type Desk = Pick<HttpDoorOptions, 'context' | 'publicUrl' | 'wakes'>;
