import { type ScheduledTask, schedule } from 'node-cron';
import type { Context } from '../context.ts';
import { announceCheckpoint } from '../lifecycle/announce-checkpoint.ts';
import { askLate } from '../lifecycle/ask-late.ts';
import { escalateDue } from '../lifecycle/escalate.ts';
import { expireDue } from '../lifecycle/expire.ts';
import { lapseReviews } from '../lifecycle/review.ts';
import { tightenPending } from '../lifecycle/tighten.ts';
import { loggable } from '../logger.ts';
import { ensureAuditPartitions } from '../store/partitions.ts';

/**
 * The ticks. Each is a sweep over columns of due times, so that any number of processes may tick, double or miss: nothing is
 * done twice and nothing is forgotten. They run in UTC, since a daily job at 02:30 would not run on the day the clocks go forward.
 */
export function startSchedule(context: Context): { stop(): Promise<void> } {
  const running = new Set<Promise<void>>();

  function every(expression: string, name: string, sweep: () => Promise<unknown>): ScheduledTask {
    const run = async (): Promise<void> => {
      try {
        await sweep();
      } catch (error) {
        context.log.warn({ tick: name, err: loggable(error) }, 'tick.stumbled');
      }
    };
    const tick = (): Promise<void> => {
      const done = run();
      running.add(done);
      return done.finally(() => running.delete(done));
    };
    return schedule(expression, tick, { timezone: 'UTC', name, noOverlap: true });
  }

  let tightened = 0;
  const tasks = [
    every('*/5 * * * * *', 'tighten', async () => {
      tightened = await tightenPending(context, tightened);
    }),
    every('* * * * * *', 'escalate', () => escalateDue(context)),
    every('*/2 * * * * *', 'expire', () => expireDue(context)),
    every('*/2 * * * * *', 'ask_late', () => askLate(context)),
    every('1-59/2 * * * * *', 'lapse_reviews', () => lapseReviews(context)),
    every('0 8 * * *', 'checkpoint', () => announceCheckpoint(context)),
    every('17 3 * * *', 'partitions', () => ensureAuditPartitions(context.database)),
  ];
  return {
    async stop() {
      await Promise.all(tasks.map(async (task) => task.destroy()));
      await Promise.all(running);
    },
  };
}
