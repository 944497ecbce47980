import postgres, { type Sql } from 'postgres';
import { expect } from 'vitest';
import type { Role } from '../../src/config.ts';
import { type Billing, startBilling } from '../../src/demo/billing/billing.ts';
import type { SeedAccount } from '../../src/demo/billing/books.ts';
import type { MessageView } from '../../src/demo/workspace/protocol.ts';
import type { Workspace, WorkspaceOptions } from '../../src/demo/workspace/start-workspace.ts';
import { type BotProcess, PROJECT, startBotProcess } from './bot-process.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { AGENT_KEY } from './door.ts';
import { startTestWorkspace, testKeys } from './start-test-workspace.ts';
import type { WorkspacePerson } from './workspace-person.ts';

export const REFUNDS = '#refund-approvals';
/** Refunds through all three tiers, and no more than that: the project's own grow. */
const MANIFESTS = `${PROJECT}/test/cases/main-job-manifests`;
const BILLING_TOKEN = 'billing-token-of-the-queue-alone-0001';
const SECRETS = [BILLING_TOKEN, AGENT_KEY, ...Object.values(testKeys)];

interface Refund {
  readonly amount: string;
  /** The idempotency key it was written under. */
  readonly key: string | null;
}

/** Everything around the bot, and bots as processes of their own between it: they are reached over the network alone. */
export interface Company extends Cards, Books {
  readonly workspace: Workspace;
  readonly as: (handle: string) => WorkspacePerson;
  readonly billing: Billing;
  /** The owner's login of the bots' database. */
  readonly sql: Sql;
  /** Another bot over the same database. Slack sends to the one that was started last. */
  startBot(env?: Readonly<Record<string, string>>, role?: Role): Promise<BotProcess>;
  readonly databaseUrl: string;
  /** What a bot of that role is started with. */
  env(role: Role): Record<string, string>;
  /** Throws if a bot logged what it never may. */
  close(): Promise<void>;
}

/** The cards in the refunds' channel, as Lea sees them. */
interface Cards {
  /** Every copy of a proposal's card. */
  copies(number: number): Promise<MessageView[]>;
  /** The card of a proposal; waits for it. */
  card(number: number): Promise<MessageView>;
  /** The card once it has no buttons any more and says this. */
  settled(number: number, text: string): Promise<MessageView>;
}

/** What the databases know. */
interface Books {
  /** What billing really has of an account. */
  refunds(account: string): Promise<Refund[]>;
  /** The key of a proposal's write. */
  keyOf(number: number): Promise<string>;
  /** Resolves when nothing is on its way to Slack any more: what would come twice has come. */
  quiet(): Promise<void>;
  /** As if so much time had passed that every lease is over and everything is due. */
  leasesEnd(): Promise<void>;
}

export interface CompanyOptions {
  /** Of the bots, under the owner's login; a fresh one when absent. */
  readonly databaseUrl?: string;
  readonly workspace?: Partial<WorkspaceOptions>;
  /** Of billing, each with one invoice `inv_9` of 100,000.00 that is paid and `inv_13` that is not. */
  readonly accounts: readonly string[];
}

export async function openCompany(options: CompanyOptions): Promise<Company> {
  const databases: FreshDatabase[] = [await freshDatabase(), await freshDatabase()];
  const [booksUrl = '', ownUrl = ''] = databases.map(({ url }) => url);
  const databaseUrl = options.databaseUrl ?? ownUrl;
  const billing = await startBilling({ databaseUrl: booksUrl, token: BILLING_TOKEN });
  await billing.seed(options.accounts.map(account));
  const { workspace, as } = await startTestWorkspace(options.workspace);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const bookkeeper = postgres(booksUrl, { max: 1 });
  const bots: BotProcess[] = [];
  const doors = {
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: testKeys.botToken,
    SLACK_SIGNING_SECRET: testKeys.signingSecret,
    REFUND_AGENT_KEY: AGENT_KEY,
  };
  const environment = (role: Role): Record<string, string> => ({
    ...{ DATABASE_URL: databaseUrl, MANIFESTS, BILLING_URL: billing.url },
    ...(role === 'writer' ? {} : doors),
    ...(role === 'gate' ? {} : { BILLING_TOKEN }),
  });
  return {
    ...{ workspace, as, billing, sql },
    ...cardsSeenBy(as('lea')),
    ...booksIn(sql, bookkeeper),
    ...{ databaseUrl, env: environment },
    async startBot(env = {}, role = 'all') {
      const bot = await startBotProcess(
        { ...environment(role), ...env },
        role === 'all' ? [] : ['--role', role],
      );
      bots.push(bot);
      if (role !== 'writer') workspace.setBotUrl(bot.url);
      return bot;
    },
    async close() {
      await Promise.all(bots.map((bot) => bot.kill('SIGKILL')));
      await Promise.all([workspace.stop(), billing.stop(), sql.end(), bookkeeper.end()]);
      await Promise.all(databases.map((each) => each.drop()));
      const objections = bots.flatMap((bot) => bot.objections(SECRETS));
      if (objections.length > 0) throw new Error(objections.join('\n'));
    },
  };
}

function account(id: string): SeedAccount {
  const invoices: SeedAccount['invoices'] = [
    { id: 'inv_9', amount: '100000.00', state: 'paid' },
    { id: 'inv_13', amount: '640.00', state: 'open' },
  ];
  return { id, name: `Customer ${id}`, invoices };
}

function cardsSeenBy(person: WorkspacePerson): Cards {
  // What is about another one may name it too.
  const isOf = (number: number, each: MessageView) => !each.ephemeral && each.text.startsWith(`#${number}: `);
  const copies = async (number: number) =>
    (await person.messages(REFUNDS)).filter((each) => isOf(number, each));
  const isSettled = (each: MessageView, text: string) =>
    person.buttons(each).length === 0 && person.textOf(each).includes(text);
  return {
    copies,
    card: (number) => person.waitFor(async () => (await copies(number))[0], `the card of #${number}`, 30_000),
    settled: (number, text) =>
      person.waitFor(
        async () => (await copies(number)).find((each) => isSettled(each, text)),
        `the card of #${number} to say "${text}"`,
        30_000,
      ),
  };
}

function booksIn(sql: Sql, bookkeeper: Sql): Books {
  return {
    refunds: async (id) => [
      ...(await bookkeeper<Refund[]>`
        select amount::text, key from billing.refund where account = ${id} order by id`),
    ],
    keyOf: async (number) => {
      const [row] = await sql<{ id: string }[]>`
        select e.id from execution e join proposal p on p.id = e.proposal_id and p.round = e.round
        where p.number = ${number}`;
      if (!row) throw new Error(`#${number} has no execution`);
      return row.id;
    },
    quiet: () =>
      expect.poll(async () => (await sql`select topic from outbox`).length, { timeout: 30_000 }).toBe(0),
    leasesEnd: async () => {
      await sql`
        update execution set next_attempt_at = clock_timestamp(), lease_until = clock_timestamp() - interval '1 s'
        where state in ('ready', 'leased', 'started')`;
      await sql`update outbox set due_at = clock_timestamp(), lease_until = null`;
    },
  };
}
