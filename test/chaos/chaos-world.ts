import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { createConnector } from '../../src/connectors/create-connector.ts';
import type { Context } from '../../src/context.ts';
import { type Billing, startBilling } from '../../src/demo/billing/billing.ts';
import { executeDue } from '../../src/lifecycle/execute.ts';
import { type Child, startChild } from '../support/child-process.ts';
import { TEST_ENV, testContext } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { proposed } from '../support/desk.ts';
import { check, type Verdict } from './checker.ts';
import { type Class, manifestsOf } from './classes.ts';
import type { Orders } from './worker.ts';

const UNDER_WAY: readonly string[] = ['approved', 'executing', 'executed', 'unknown'];
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

export interface ChaosWorld {
  readonly context: Context;
  readonly billing: Billing;
  readonly booksUrl: string;
  /** So many accounts, each with an invoice that may be refunded. */
  open(count: number): Promise<string[]>;
  /** So many refunds of 20.00, each of an account of its own, approved and due. */
  approve(count: number): Promise<string[]>;
  work(orders: Pick<Orders, 'name' | 'dies'>): Child;
  /** How many of these accounts have their refund. */
  effects(accounts: readonly string[]): Promise<number>;
  /** As if the leases of the dead, and what was waited for, were over. */
  timePasses(dead?: readonly string[]): Promise<void>;
  /** Somebody who lives takes over, until nothing is left to be done. */
  recover(accounts: readonly string[]): Promise<void>;
  verdict(accounts: readonly string[]): Promise<Verdict>;
  close(): Promise<void>;
}

let account = 10_000;
function freshAccount(): string {
  account += 1;
  return String(account);
}

/** `gateOf` makes the gate's database, where that is to be on a server of its own. */
export async function openChaosWorld(
  kind: Class,
  gateOf: () => Promise<FreshDatabase> = freshDatabase,
): Promise<ChaosWorld> {
  const [gate, books] = [await gateOf(), await freshDatabase()];
  const billing = await startBilling({ databaseUrl: books.url, token: TEST_ENV.BILLING_TOKEN ?? '' });
  const { manifests, env } = manifestsOf(kind, billing.url);
  const system = manifests.systems.billing;
  if (!system) throw new Error('no billing');
  const connector = createConnector(system, () => TEST_ENV.BILLING_TOKEN ?? '');
  const context = await testContext({ url: gate.appUrl, manifests, env, connectorOf: () => connector });
  const owner = postgres(gate.url, { max: 1 });
  const bookkeeper = postgres(books.url, { max: 1 });
  const children: Child[] = [];

  const timePasses = async (dead?: readonly string[]): Promise<void> => {
    await owner`update execution set next_attempt_at = clock_timestamp(), lease_until = clock_timestamp() - interval '1 s'
      where state in ('ready', 'leased', 'started') and (${dead ? [...dead] : null}::text[] is null or leased_by = any (${dead ? [...dead] : []}))`;
    await owner`update system_state set paused_until = clock_timestamp(), failures = 0`;
  };

  const open = async (count: number): Promise<string[]> => {
    const accounts = Array.from({ length: count }, freshAccount);
    const invoices = [{ id: 'inv_9', amount: '1000.00', state: 'paid' as const }];
    await billing.seed(accounts.map((id) => ({ id, name: id, invoices })));
    return accounts;
  };

  return {
    ...{ context, open, billing, booksUrl: books.url, timePasses },
    async approve(count) {
      const accounts = await open(count);
      for (const id of accounts) {
        const proposal = await proposed(context, { account: id, amount: '20.00' });
        // Somebody may be at it already.
        if (!UNDER_WAY.includes(proposal.state)) throw new Error(`${id} is ${proposal.state}`);
      }
      return accounts;
    },
    work(orders) {
      const all: Orders = { databaseUrl: gate.appUrl, billingUrl: billing.url, class: kind, ...orders };
      const child = startChild(process.execPath, [WORKER, JSON.stringify(all)]);
      children.push(child);
      return child;
    },
    async effects(accounts) {
      const [row] = await bookkeeper<{ n: number }[]>`
        select count(distinct account)::int as n from billing.refund where account = any (${[...accounts]})`;
      return row?.n ?? 0;
    },
    async recover(accounts) {
      for (let turn = 0; turn < 20; turn += 1) {
        await timePasses();
        while ((await executeDue(context, 16)) > 0);
        const { stuck } = await check(gate.url, books.url, accounts);
        if (stuck.length === 0) return;
      }
    },
    verdict: (accounts) => check(gate.url, books.url, accounts),
    async close() {
      await Promise.all(children.map((child) => child.kill('SIGKILL')));
      await connector.close();
      await Promise.all([owner.end(), bookkeeper.end(), context.close(), billing.stop()]);
      await Promise.all([gate.drop(), books.drop()]);
    },
  };
}
