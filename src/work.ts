import { setLogger } from 'node-cron';
import type { Config } from './config.ts';
import { late } from './connectors/late.ts';
import type { Proposal } from './domain/proposal.ts';
import { proposalView } from './http/proposal-view.ts';
import { createWakes } from './http/wakes.ts';
import { checkpointFile } from './jobs/checkpoint-file.ts';
import { createExecutorLoop } from './jobs/executor.ts';
import { createOutboxLoop, type Handler, type OutboxLoop } from './jobs/outbox.ts';
import { startSchedule } from './jobs/schedule.ts';
import { createSealLoop } from './jobs/seal.ts';
import { advanceDrill } from './lifecycle/advance-drill.ts';
import { assess } from './lifecycle/assess.ts';
import { advanceRollback } from './lifecycle/confirm-rollback.ts';
import { deliverCallbacks } from './lifecycle/deliver-callbacks.ts';
import { planDoubted } from './lifecycle/plan-doubted.ts';
import { tellPager } from './lifecycle/tell-pager.ts';
import type { Logger } from './logger.ts';
import type { Resources } from './resources.ts';
import { listen } from './store/notifications.ts';

/** All that goes on by itself: the loops, what wakes them, and the ticks. */
export interface Work {
  readonly wakes: ReturnType<typeof createWakes>;
  start(): void;
  /** Resolves when what is in hand is done; nothing new is taken. */
  finish(): Promise<void>;
  /** Seals the last events and closes what was open. */
  close(): Promise<void>;
}

/** One row stands for all that waits for a channel: it must not wait long for a process that died with it. */
const PACED_LEASE_MS = 30_000;

/** Makes the loops and listens for what wakes them; nothing is worked on before `start`. */
export async function prepareWork(
  resources: Resources,
  slack: Readonly<Record<'handlers' | 'paced', Readonly<Record<string, Handler>>>>,
  config: Config,
): Promise<Work> {
  const { context } = resources;
  const { database, log } = context;
  quietCron(log);
  // A gate writes nothing.
  const executor = config.role === 'gate' ? undefined : createExecutorLoop(context);
  const seal = createSealLoop(context, context.signingKey, checkpointFile(config.audit.checkpoints, log));
  const outbox = createOutboxLoop(context, {
    ...slack.handlers,
    assess: (ref) => assess(context, ref),
    undo: (ref) => advanceRollback(context, ref),
    doubt: (ref) => planDoubted(context, ref),
  });
  const paced = createOutboxLoop(context, slack.paced, PACED_LEASE_MS);
  // Apart, since a drill's step may take a minute, and no card waits for it.
  const drills = createOutboxLoop(context, { exercise: (ref) => advanceDrill(context, ref) });
  const receivers = prepareReceivers(resources, config.publicUrl);
  const wakes = createWakes();
  const outboxes = [outbox, paced, receivers.loop, drills];
  const wakeOutboxes = (topics?: readonly string[]) => {
    for (const each of outboxes)
      if (!topics || topics.some((topic) => each.topics.includes(topic))) each.wake();
  };
  const unlisten = await listen(database, {
    onNotice: (notice) => {
      if (notice.startsWith('outbox:')) wakeOutboxes(notice.slice('outbox:'.length).split(','));
      else if (notice === 'execution') executor?.wake();
      else wakes.notify(notice.replace('proposal:', ''));
    },
    onConnect: () => {
      wakes.notifyAll();
      wakeOutboxes();
      executor?.wake();
    },
  });
  const loops = [...outboxes, ...(executor ? [executor] : [])];
  let schedule: { stop(): Promise<void> } | undefined;
  return {
    wakes,
    start() {
      for (const loop of [...loops, seal]) loop.start();
      schedule = startSchedule(context);
    },
    async finish() {
      await Promise.all([schedule?.stop(), ...loops.map((loop) => loop.stop())]);
    },
    async close() {
      await seal.stop();
      await unlisten();
      await receivers.close();
    },
  };
}

/** Agents' callbacks and the pager; apart from the cards, which a receiver that dawdles must not hold up. */
function prepareReceivers(
  { context, secretOf }: Resources,
  publicUrl: string | undefined,
): { readonly loop: OutboxLoop; close(): Promise<void> } {
  const viewOf = async (proposal: Proposal) =>
    proposalView(proposal, await context.policyOf(proposal.policy), {
      publicUrl,
      keyed: context.signingKey.keyed,
    });
  // Loaded with the first of them, since their library takes a fifteenth of the start.
  const callbacks = late(async () =>
    (await import('./connectors/callback.ts')).createCallbackSender({ secretOf }),
  );
  const pager = late(async () => (await import('./connectors/pager.ts')).createPagerSender());
  return {
    loop: createOutboxLoop(context, {
      callback: async (ref) => deliverCallbacks(context, ref, { sender: await callbacks.get(), viewOf }),
      on_call: async (ref) => tellPager(context, ref, { sender: await pager.get(), secretOf }),
    }),
    close: async () => {
      await Promise.all([callbacks.close(), pager.close()]);
    },
  };
}

/** The library would print in colour to stdout. */
function quietCron(log: Logger): void {
  setLogger({
    info: () => {},
    debug: () => {},
    warn: (message) => log.warn({ message }, 'cron.warned'),
    error: (message) => log.error({ message: String(message) }, 'cron.failed'),
  });
}
