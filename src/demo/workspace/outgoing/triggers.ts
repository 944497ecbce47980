import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { limits } from '../limits.ts';

export interface Triggers {
  issue(user: string): string;
  /** The user whose act it was. Each trigger is good once. */
  exchange(trigger: string): string | { readonly error: string };
}

export function createTriggers(clock: Clock): Triggers {
  const issued = new Map<string, { user: string; at: number; isUsed: boolean }>();
  return {
    issue(user) {
      const id = `${Math.floor(clock.now())}.${issued.size + 1}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { user, at: clock.now(), isUsed: false });
      return id;
    },
    exchange(trigger) {
      const found = issued.get(trigger);
      if (!found) return { error: 'invalid_trigger_id' };
      if (found.isUsed) return { error: 'exchanged_trigger_id' };
      if (clock.now() - found.at > limits.triggerMs) return { error: 'expired_trigger_id' };
      found.isUsed = true;
      return found.user;
    },
  };
}
