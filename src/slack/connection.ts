import { setTimeout as pause } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { backoffMs } from '../domain/handoff.ts';
import { type Logger, loggable } from '../logger.ts';
import type { Identity } from './session.ts';
import { missingScopes, signIn } from './sign-in.ts';

export interface Connection {
  /** What an operator has to see to; null: nothing. */
  readonly problem: string | null;
  /** Resolves after the first try, whatever came of it; goes on trying by itself. */
  start(): Promise<void>;
  stop(): void;
}

const AGAIN_MS = 300_000;
const LONGEST_WAIT_MS = 15_000;

/** Finds out who we are, for as long as it takes; then looks now and again, so that a revoked token shows. */
export function createConnection(web: WebClient, log: Logger, onFirst: (me: Identity) => void): Connection {
  const stopping = new AbortController();
  let problem: string | null = 'not connected yet';
  let known = false;
  let failures = 0;

  async function attempt(): Promise<void> {
    try {
      const me = await signIn(web, log);
      const missing = missingScopes(me.scopes);
      problem = missing.length > 0 ? `scopes are missing: ${missing.join(', ')}` : null;
      failures = 0;
      if (!known && !stopping.signal.aborted) onFirst(me);
      known = true;
    } catch (error) {
      failures += 1;
      problem = error instanceof Error ? error.message : 'unexpected';
      log.warn({ failures, err: loggable(error) }, 'slack.sign_in_failed');
    }
  }

  async function keepTrying(): Promise<void> {
    while (!stopping.signal.aborted) {
      const wait = failures > 0 ? Math.min(LONGEST_WAIT_MS, backoffMs(failures, Math.random())) : AGAIN_MS;
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => {});
      if (!stopping.signal.aborted) await attempt();
    }
  }

  return {
    get problem() {
      return problem;
    },
    async start() {
      await attempt();
      void keepTrying();
    },
    stop: () => stopping.abort(),
  };
}
