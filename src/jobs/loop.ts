import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import { loggable } from '../logger.ts';

/** A part that works until it is stopped; both may be called twice. */
export interface Loop {
  start(): void;
  /** Something is to be done now. */
  wake(): void;
  /** Resolves when the pass in hand is over. */
  stop(): Promise<void>;
  /** Works until nothing is due, then resolves; for tests and for a shutdown. */
  drain(): Promise<void>;
}

/**
 * Runs `pass` until it returns zero (nothing was due), then waits to be woken or for `everyMs`, whichever comes first: a wake-up
 * that is lost costs a moment, never work. The first wake-up is followed at once; under many, passes begin at least `restMs` apart, so that
 * what comes meanwhile is taken together and shares its commits.
 */
export function createLoop(options: {
  name: string;
  pass: () => Promise<number>;
  everyMs: number;
  restMs?: number;
  log: Logger;
}): Loop {
  const { restMs = 0 } = options;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  let stopped = true;
  let resting: AbortController | undefined;

  async function rest(ms: number): Promise<void> {
    if (ms <= 0 || stopped) return;
    resting = new AbortController();
    await pause(ms, undefined, { signal: resting.signal }).catch(() => {});
    resting = undefined;
  }

  async function runPasses(): Promise<void> {
    do {
      again = false;
      try {
        for (let done = 1; done > 0 && !stopped; ) {
          const begun = performance.now();
          done = await options.pass();
          await rest(restMs - (performance.now() - begun));
        }
      } catch (error) {
        options.log.warn({ loop: options.name, err: loggable(error) }, 'loop.stumbled');
      }
    } while (again && !stopped);
  }

  function wake(): void {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    clearTimeout(timer);
    running = runPasses().finally(() => {
      running = undefined;
      if (!stopped) timer = setTimeout(wake, options.everyMs);
    });
  }

  return {
    start() {
      stopped = false;
      wake();
    },
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      resting?.abort();
      await running;
    },
    async drain() {
      await running;
      while ((await options.pass()) > 0);
    },
  };
}
