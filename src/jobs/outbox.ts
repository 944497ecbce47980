import type { Context } from '../context.ts';
import { backoffMs } from '../domain/handoff.ts';
import { patienceOf } from '../errors.ts';
import { loggable } from '../logger.ts';
import { claimOutbox, type OutboxClaim, retryOutbox } from '../store/outbox.ts';
import { createLoop, type Loop } from './loop.ts';

/** Brings the outside to the present state of what `ref` names. It may be called again for the same: it compares, then acts. */
export type Handler = (ref: string) => Promise<void>;

/** Works on these topics only: a notice of others need not wake it. */
export interface OutboxLoop extends Loop {
  readonly topics: readonly string[];
}

const LEASE_MS = 60_000;
const LIMIT = 32;
/** A row that stumbles this often over something that patience does not mend is parked, for `/agent status` to show, and an operator to have tried again. */
const MOST_ATTEMPTS = 5;

/**
 * Works off the outbox: one row a reference at a time, any number of processes. `leaseMs` is how long a row waits whose process died with
 * it, and how long its handler may take.
 */
export function createOutboxLoop(
  context: Context,
  handlers: Readonly<Record<string, Handler>>,
  leaseMs = LEASE_MS,
): OutboxLoop {
  const topics = Object.keys(handlers);
  /** Taken out of the outbox with the next claim. */
  const done: OutboxClaim[] = [];

  async function claim(limit: number): Promise<OutboxClaim[]> {
    const finished = done.splice(0);
    try {
      const { claims, unfinished } = await claimOutbox(context.database, finished, topics, leaseMs, limit);
      done.push(...unfinished);
      return claims;
    } catch (error) {
      done.push(...finished);
      throw error;
    }
  }

  async function handle(row: OutboxClaim): Promise<void> {
    try {
      await handlers[row.topic]?.(row.ref);
      done.push(row);
    } catch (error) {
      await putOff(context, row, error);
    }
  }

  const loop = createLoop({
    name: 'outbox',
    everyMs: 1_000,
    restMs: 25,
    log: context.log,
    async pass() {
      const rows = await claim(LIMIT);
      await Promise.all(rows.map(handle));
      return rows.length;
    },
  });

  return {
    ...loop,
    topics,
    async stop() {
      await loop.stop();
      if (done.length > 0) await claim(0).catch(() => {}); // Else their leases run out, and they are done once more.
    },
  };
}

async function putOff(context: Context, claim: OutboxClaim, error: unknown): Promise<void> {
  const { retry, retryAfterMs } = patienceOf(error);
  const park = !retry && claim.attempts >= MOST_ATTEMPTS;
  const { topic, ref, attempts } = claim;
  // Patience is no event: a channel that has had its message for this second is asked again in the next.
  const level = park ? 'error' : retry ? 'debug' : 'warn';
  context.log[level](
    { topic, ref, attempts, err: loggable(error) },
    park ? 'outbox.parked' : 'outbox.put_off',
  );
  const message = error instanceof Error ? error.message : 'unexpected';
  await retryOutbox(context.database, claim, {
    retryMs: retryAfterMs ?? backoffMs(attempts, Math.random()),
    error: message,
    park,
  });
}
