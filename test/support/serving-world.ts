import { createExecutorLoop } from '../../src/jobs/executor.ts';
import { createOutboxLoop } from '../../src/jobs/outbox.ts';
import { assess } from '../../src/lifecycle/assess.ts';
import { decide } from '../../src/lifecycle/decide.ts';
import { listen } from '../../src/store/notifications.ts';
import { listProposals } from '../../src/store/proposals.ts';
import { GROUPS, member } from './desk.ts';
import { type DoorWorld, eventually, openDoorWorld } from './door-world.ts';

export interface ServingWorld extends DoorWorld {
  /** Lea decides what waits for this account, as soon as it does. */
  decideFor(account: string, verdict: 'approved' | 'rejected'): Promise<void>;
}

/** The agents' door of a process that serves: it judges, wakes who waits, and writes what is approved. */
export async function openServingWorld(): Promise<ServingWorld> {
  const world = await openDoorWorld();
  const { context, door } = world;
  const outbox = createOutboxLoop(context, { assess: (id) => assess(context, id) });
  const executor = createExecutorLoop(context);
  const unlisten = await listen(context.database, {
    onNotice: (notice) => {
      if (notice.startsWith('outbox:')) outbox.wake();
      else if (notice === 'execution') executor.wake();
      else door.wakes.notify(notice.replace('proposal:', ''));
    },
    onConnect: () => outbox.wake(),
  });
  outbox.start();
  executor.start();
  return {
    ...world,
    async decideFor(account, verdict) {
      const [proposal] = await eventually(async () => {
        const found = await listProposals(context.database, { account, states: ['pending'] });
        return found.length > 0 ? found : undefined;
      });
      const person = await member(context, 'ULEA', 'lea@acme.test');
      const deciding = { verdict, reason: 'because', person, groups: GROUPS };
      const { id = '', digest } = proposal ?? {};
      const result = await decide(context, { ...deciding, proposalId: id, digest: digest ?? '' });
      if (result.outcome !== 'decided') throw new Error(JSON.stringify(result.outcome));
    },
    async close() {
      await Promise.all([outbox.stop(), executor.stop()]);
      await unlisten();
      await world.close();
    },
  };
}
