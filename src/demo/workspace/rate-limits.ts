import type { Clock } from './clock.ts';
import { callsAtOnce, callsPerMinute, posting, type Tier } from './limits.ts';

export interface RateLimits {
  isOn: boolean;
  /** Seconds to wait, or undefined when the call may go on (it then counts). */
  take(method: string, tier: Tier | 'posting' | 'special', channel: string): number | undefined;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets: a full minute's worth may be used at once, and comes back evenly. */
export function createRateLimits(clock: Clock): RateLimits {
  const buckets = new Map<string, Bucket>();

  function take(key: string, capacity: number, perSecond: number): number | undefined {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= 1;
    return undefined;
  }

  return {
    isOn: true,
    take(method, tier, channel) {
      if (!this.isOn || tier === 'special') return undefined;
      if (tier !== 'posting') return take(method, callsAtOnce[tier], callsPerMinute[tier] / 60);
      return (
        take(`${method} ${channel}`, posting.burst, posting.perSecond) ??
        take(method, posting.workspacePerMinute, posting.workspacePerMinute / 60)
      );
    },
  };
}
