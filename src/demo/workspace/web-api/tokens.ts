import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { limits } from '../limits.ts';

/** As oauth.v2.access hands it out; the last two only where the manifest turns token rotation on. */
interface IssuedToken {
  readonly access_token: string;
  readonly refresh_token?: string;
  /** Seconds. */
  readonly expires_in?: number;
}

export interface Tokens {
  /** Why Slack refuses the bot token; undefined: it is good. */
  refusalOf(token: string): 'invalid_auth' | 'token_expired' | undefined;
  /** The newest bot token. */
  newest(): string;
  issue(): IssuedToken;
  /** undefined: no such refresh token, or it was used. */
  refresh(refreshToken: string): IssuedToken | undefined;
}

/** One bot token for ever; with rotation, tokens of twelve hours of which the two newest are good. */
export function createTokens(first: string, rotates: boolean, clock: Clock): Tokens {
  let active: { token: string; refreshToken: string; expiresAt: number }[] = [];
  const expired = new Set<string>();

  function add(token: string): IssuedToken {
    const refreshToken = `xoxe-1-${randomBytes(24).toString('hex')}`;
    active.push({ token, refreshToken, expiresAt: clock.now() + limits.token.ms });
    active = active.slice(-limits.token.active);
    return { access_token: token, refresh_token: refreshToken, expires_in: limits.token.ms / 1000 };
  }

  function issue(): IssuedToken {
    if (!rotates) return { access_token: first };
    return add(`xoxe.xoxb-1-${randomBytes(24).toString('hex')}`);
  }

  if (rotates) add(first);
  return {
    refusalOf(token) {
      if (!rotates) return token === first ? undefined : 'invalid_auth';
      const found = active.find((each) => each.token === token);
      if (found && found.expiresAt <= clock.now()) expired.add(token);
      if (expired.has(token)) return 'token_expired';
      return found ? undefined : 'invalid_auth';
    },
    newest: () => active.at(-1)?.token ?? first,
    issue,
    refresh(refreshToken) {
      const found = active.find((each) => each.refreshToken === refreshToken);
      if (!found) return undefined;
      found.refreshToken = '';
      return issue();
    },
  };
}
