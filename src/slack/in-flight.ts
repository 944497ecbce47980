import { setTimeout as pause } from 'node:timers/promises';

/** What is being worked on, so that a shutdown can wait for it: Bolt itself forgets it at the ack. */
export interface InFlight {
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when all of it is over, or after so long. */
  settle(withinMs: number): Promise<void>;
}

export function createInFlight(): InFlight {
  const working = new Set<Promise<unknown>>();
  return {
    track(work) {
      const over: Promise<unknown> = work.then(
        () => working.delete(over),
        () => working.delete(over),
      );
      working.add(over);
      return work;
    },
    async settle(withinMs) {
      const deadline = new AbortController();
      const late = pause(withinMs, undefined, { signal: deadline.signal }).catch(() => {});
      await Promise.race([Promise.all(working), late]);
      deadline.abort();
    },
  };
}
