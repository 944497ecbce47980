import type { WebClient } from '@slack/web-api';
import { isWorkTime, nextWorkTime } from '../domain/clock.ts';
import type { Organisation } from '../domain/manifest.ts';
import { createShortMemory } from './short-memory.ts';
import { ask, SlackRefusal } from './web.ts';

/** When people may be called without being woken: in the organisation's hours, by the clock on their own wall. */
export interface WorkingHours {
  /** Milliseconds until then; 0: now. Throws {@link SlackAway}. */
  untilWork(userId: string, now: Date): Promise<number>;
}

const KEEP_MS = 600_000;

export function createWorkingHours(
  web: WebClient,
  { businessHours: hours, timezone }: Pick<Organisation, 'businessHours' | 'timezone'>,
): WorkingHours {
  const zones = createShortMemory<string>(KEEP_MS);

  async function zoneOf(userId: string): Promise<string> {
    try {
      const { user } = await ask(web.users.info({ user: userId }));
      return user?.tz || timezone;
    } catch (error) {
      if (error instanceof SlackRefusal) return timezone;
      throw error;
    }
  }

  return {
    async untilWork(userId, now) {
      if (!hours) return 0;
      const clock = { hours, timezone: await zones.get(userId, () => zoneOf(userId)) };
      return isWorkTime(now, clock) ? 0 : nextWorkTime(now, clock).getTime() - now.getTime();
    },
  };
}
