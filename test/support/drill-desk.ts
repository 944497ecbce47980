import postgres from 'postgres';
import { createConnector } from '../../src/connectors/create-connector.ts';
import type { Context } from '../../src/context.ts';
import { type Billing, startBilling } from '../../src/demo/billing/billing.ts';
import { sandboxAccounts } from '../../src/demo/billing/sandbox-accounts.ts';
import type { Drill } from '../../src/domain/drill.ts';
import type { SecretRef } from '../../src/domain/manifest.ts';
import { advanceDrill } from '../../src/lifecycle/advance-drill.ts';
import { assess } from '../../src/lifecycle/assess.ts';
import { advanceRollback } from '../../src/lifecycle/confirm-rollback.ts';
import { executeDue } from '../../src/lifecycle/execute.ts';
import { startDrill } from '../../src/lifecycle/start-drill.ts';
import { getDrill, listDrillProposals } from '../../src/store/drills.ts';
import { TEST_ENV, testContext, testManifests } from './context.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { GROUPS, member } from './desk.ts';

export interface DrillDesk {
  readonly context: Context;
  /** The sandbox: a billing system of its own, over HTTP. */
  readonly sandbox: Billing;
  /** Where nothing of a drill may arrive. */
  readonly live: Billing;
  readonly databaseUrl: string;
  /** Another process over the same database and systems. */
  another(worker: string): Promise<Context>;
  /** Dana orders one of billing. */
  ordered(writes?: number): Promise<string>;
  /** One step of it, as the outbox takes it; what it asks to be called again for is no error. */
  step(id: string, on?: Context): Promise<Drill>;
  /** What the outbox and the executor do meanwhile. */
  work(id: string, on?: Context): Promise<void>;
  /** Until it is done, with time passing where a lease is to run out. */
  run(id: string): Promise<Drill>;
  /** As an undoing without a guard would: the refund is voided, whatever it had become. */
  overwrite(refund: string): Promise<void>;
  timePasses(): Promise<void>;
  close(): Promise<void>;
}

export async function openDrillDesk(): Promise<DrillDesk> {
  const [gate, books, liveBooks]: FreshDatabase[] = await Promise.all([
    freshDatabase(),
    freshDatabase(),
    freshDatabase(),
  ]);
  if (!gate || !books || !liveBooks) throw new Error('no databases');
  const env = { ...TEST_ENV };
  const sandbox = await startBilling({
    databaseUrl: books.url,
    token: env.BILLING_SANDBOX_TOKEN ?? '',
    isSandbox: true,
  });
  const live = await startBilling({ databaseUrl: liveBooks.url, token: env.BILLING_TOKEN ?? '' });
  await sandbox.seed(sandboxAccounts);
  env.BILLING_URL = live.url;
  env.BILLING_SANDBOX_URL = sandbox.url;
  const manifests = testManifests(env, (files) => ({
    ...files,
    'systems/billing.yml': (files['systems/billing.yml'] ?? '').replace(/^ {4}rate: .*\n/m, ''),
  }));
  const secretOf = (ref: SecretRef) => ('env' in ref ? (env[ref.env] ?? '') : '');
  const pool = new Map<object, ReturnType<typeof createConnector>>();
  const another = (worker: string) =>
    testContext({
      url: gate.appUrl,
      manifests,
      env,
      worker,
      connectorOf: (system) => {
        const found = pool.get(system) ?? createConnector(system, secretOf);
        pool.set(system, found);
        return found;
      },
    });
  const contexts: { close(): Promise<void> }[] = [];
  const opened = async (worker: string) => {
    const context = await another(worker);
    contexts.push(context);
    return context;
  };
  const context = await opened('drill');
  const owner = postgres(gate.url, { max: 1 });
  const timePasses = async (): Promise<void> => {
    await owner`update execution set next_attempt_at = clock_timestamp(), lease_until = clock_timestamp() - interval '1 s'
      where state in ('ready', 'leased', 'started')`;
    // A loaded machine may have missed the moment of a write, and the breaker may have counted that.
    await owner`update system_state set paused_until = clock_timestamp(), failures = 0`;
  };

  const desk: DrillDesk = {
    ...{ context, sandbox, live, timePasses, databaseUrl: gate.url, another: opened },
    async ordered(writes = 20) {
      const person = await member(context, 'UDANA', 'dana@acme.test');
      const result = await startDrill(context, { system: 'billing', writes, person, groups: GROUPS });
      if (result.outcome !== 'started') throw new Error(result.because);
      return result.drills[0]?.id ?? '';
    },
    async step(id, on = context) {
      await advanceDrill(on, id).catch((error: Error) => {
        if (!error.message.endsWith('goes on')) throw error;
      });
      return getDrill(on.database, id);
    },
    async work(id, on = context) {
      const received = (await listDrillProposals(on.database, id)).filter(
        ({ state }) => state === 'received',
      );
      for (let at = 0; at < received.length; at += 32)
        await Promise.all(received.slice(at, at + 32).map((each) => assess(on, each.id)));
      while ((await executeDue(on, 16)) > 0);
      const { state, rollback } = await getDrill(on.database, id);
      if (state === 'undoing') await advanceRollback(on, rollback);
    },
    async run(id) {
      for (let turn = 0; turn < 60; turn += 1) {
        const drill = await desk.step(id);
        if (drill.state === 'done') return drill;
        await desk.work(id);
        await timePasses();
      }
      throw new Error('the drill does not come to its end');
    },
    async overwrite(refund) {
      const bookkeeper = postgres(books.url, { max: 1 });
      await bookkeeper`update billing.refund set state = 'voided' where id = ${refund}`;
      await bookkeeper.end();
    },
    async close() {
      await Promise.all([...pool.values()].map((connector) => connector.close()));
      await Promise.all([owner.end(), sandbox.stop(), live.stop(), ...contexts.map((each) => each.close())]);
      await Promise.all([gate.drop(), books.drop(), liveBooks.drop()]);
    },
  };
  return desk;
}
