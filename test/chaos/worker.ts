import { setTimeout as wait } from 'node:timers/promises';
import { createConnector } from '../../src/connectors/create-connector.ts';
import type { System } from '../../src/domain/manifest.ts';
import { executeDue } from '../../src/lifecycle/execute.ts';
import { watchConnector } from '../../src/lifecycle/pace.ts';
import { testContext } from '../support/context.ts';
import { type Boundary, dyingConnector } from './boundary.ts';
import { type Class, manifestsOf } from './classes.ts';

/** What a worker is told, as JSON, in its only argument. */
export interface Orders {
  readonly databaseUrl: string;
  readonly billingUrl: string;
  readonly class: Class;
  readonly name: string;
  /** Dies there once so many writes have come to it; undefined: works until it is killed. */
  readonly dies: { readonly at: Boundary; readonly of: number } | undefined;
}

const orders: Orders = JSON.parse(process.argv[2] ?? '{}');
const { manifests, env } = manifestsOf(orders.class, orders.billingUrl);
let arrived = 0;

/** A real SIGKILL: nothing is closed, flushed or told. */
async function arrive(): Promise<never> {
  arrived += 1;
  if (arrived === orders.dies?.of) process.kill(process.pid, 'SIGKILL');
  return new Promise<never>(() => {});
}

const pool = new Map<System, ReturnType<typeof createConnector>>();
const context = await testContext({
  ...{ url: orders.databaseUrl, manifests, env, worker: orders.name },
  connectorOf: (system) => {
    const known = pool.get(system);
    if (known) return known;
    const real = createConnector(system, (ref) => ('env' in ref && env[ref.env]) || '');
    const made = orders.dies
      ? dyingConnector(real, orders.dies.at, arrive)
      : watchConnector(context.database, system, real);
    pool.set(system, made);
    return made;
  },
});

console.log('ready');
for (;;) {
  // One that dies takes no more than die with it; and does not wait for those that have come to where they die, while one that was
  // held up is to be tried again.
  // That Postgres is away is nothing to end for, there as in a process that serves.
  const working = executeDue(context, orders.dies?.of ?? 8).catch(() => 0);
  const claimed = orders.dies ? await Promise.race([working, wait(250, 0)]) : await working;
  if (claimed === 0) await wait(20);
}
