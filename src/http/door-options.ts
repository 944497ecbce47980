import type { Context } from '../context.ts';
import type { SecretRef } from '../domain/manifest.ts';
import type { Route } from './call.ts';
import type { Wakes } from './wakes.ts';

export interface HttpDoorOptions {
  readonly context: Context;
  secretOf(ref: SecretRef): string;
  /** Without a slash at its end; undefined: answers hold no addresses of ours. */
  readonly publicUrl: string | undefined;
  /** CIDRs whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  readonly wakes: Wakes;
  readiness(): Promise<{ readonly ready: boolean; readonly checks: Readonly<Record<string, unknown>> }>;
  /** Further ones, beside the door's own. */
  readonly routes?: readonly Route[];
}

/** What the agents' routes need. */
export type Desk = Pick<HttpDoorOptions, 'context' | 'publicUrl' | 'wakes'>;
