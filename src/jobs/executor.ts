import type { Context } from '../context.ts';
import { claimDue, execute } from '../lifecycle/execute.ts';
import type { Claim } from '../store/executions.ts';
import { createLoop, type Loop } from './loop.ts';

const AT_ONCE = 32;

/**
 * Writes what is approved and due, and takes over what a dead process left. A slow system holds up its own writes and no others: who
 * is done makes room for the next.
 */
export function createExecutorLoop(context: Context): Loop {
  const inHand = new Set<Promise<void>>();

  function take(claim: Claim): void {
    const write = execute(context, claim).finally(() => {
      inHand.delete(write);
      // Half of the room at once, since each claim is a question of its own.
      if (inHand.size <= AT_ONCE / 2) loop.wake();
    });
    inHand.add(write);
  }

  const loop = createLoop({
    name: 'executor',
    everyMs: 1_000,
    restMs: 10,
    log: context.log,
    async pass() {
      const room = AT_ONCE - inHand.size;
      if (room === 0) return 0;
      const claims = await claimDue(context, room);
      claims.forEach(take);
      return claims.length;
    },
  });
  const settled = () => Promise.all(inHand);

  return {
    ...loop,
    async stop() {
      await loop.stop();
      await settled();
    },
    async drain() {
      do {
        await loop.drain();
        await settled();
      } while (inHand.size > 0);
    },
  };
}
