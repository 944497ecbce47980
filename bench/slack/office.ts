import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from '../../src/demo/workspace/state.ts';
import type { Manifests } from '../../src/domain/manifest.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { createOutboxLoop } from '../../src/jobs/outbox.ts';
import { assess } from '../../src/lifecycle/assess.ts';
import { escalateDue } from '../../src/lifecycle/escalate.ts';
import { executeDue } from '../../src/lifecycle/execute.ts';
import { expireDue } from '../../src/lifecycle/expire.ts';
import { createSlackDoor } from '../../src/slack/slack-door.ts';
import { TEST_ENV, testContext, testManifests } from '../../test/support/context.ts';
import { takeOverClock } from '../../test/support/database-clock.ts';
import { memoryBilling, proposed } from '../../test/support/desk.ts';
import { startTestWorkspace, testKeys } from '../../test/support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../test/support/workspace-person.ts';
import { type StrictSlack, startStrictSlack } from './strict-slack.ts';

/** Processes of ours over one database, a workspace behind Slack's limits, and one clock for both, which stands still until it is moved. */
export interface SimulatedOffice {
  readonly slack: StrictSlack;
  readonly context: Awaited<ReturnType<typeof testContext>>;
  /** What every system here is, in memory. */
  readonly billing: ReturnType<typeof memoryBilling>;
  readonly as: (handle: string) => WorkspacePerson;
  /** Of the simulation, milliseconds since it began. */
  now(): number;
  propose(fields?: Parameters<typeof proposed>[1]): Promise<Proposal>;
  /** Works until nothing is due at this instant. */
  settle(): Promise<void>;
  /** Moves on to when something is due next, at most to `untilMs`; false: nothing is, and it is `untilMs` now. */
  advance(untilMs: number): Promise<boolean>;
  /** The posted messages that are about a proposal. */
  messagesOf(proposal: Pick<Proposal, 'id'>): Promise<Message[]>;
  control(verb: string, input?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface OfficeOptions {
  /** The superuser's login. */
  readonly ownerUrl: string;
  /** The same under the application's role. */
  readonly appUrl: string;
  readonly processes?: number;
  readonly manifests?: Manifests;
  /** Whether time brings reminders, expiry and writes, too. */
  readonly clocks?: boolean;
}

/** The project's own organisation, whose agent may have any number waiting. */
function unboundedManifests(): Manifests {
  return testManifests(TEST_ENV, (files) => {
    const name = 'agents/refund-agent.yml';
    const text = (files[name] ?? '').replace(/^max_pending: .*\n/m, '').replace(/^rate: .*\n/m, '');
    return { ...files, [name]: text };
  });
}

export async function openSimulatedOffice(options: OfficeOptions): Promise<SimulatedOffice> {
  const clock = await takeOverClock(options.ownerUrl);
  const began = await clock.now();
  let at = began;
  // It keeps the machine's time, which its signatures have to show; the limits are those of what stands before it.
  const { workspace, as } = await startTestWorkspace({ rateLimits: false });
  const slack = await startStrictSlack(workspace.apiUrl, () => at);
  const manifests = options.manifests ?? unboundedManifests();
  const billing = memoryBilling();
  const desks = await Promise.all(
    Array.from({ length: options.processes ?? 1 }, (_, n) =>
      openDesk({ appUrl: options.appUrl, apiUrl: slack.apiUrl, manifests, billing, worker: `desk-${n}` }),
    ),
  );
  const [desk] = desks;
  if (!desk) throw new Error('there is no process');
  workspace.setBotUrl(desk.url);
  const { context, topics } = desk;
  await clock.set(at);

  async function settle(): Promise<void> {
    for (;;) {
      const before = slack.calls.length;
      await Promise.all(desks.flatMap(({ loops }) => loops.map((loop) => loop.drain())));
      const did = await executeDue(context, 16);
      const stepped = options.clocks ? (await escalateDue(context)) + (await expireDue(context)) : 0;
      if (did + stepped === 0 && slack.calls.length === before && !(await isDue(0))) return;
    }
  }

  /** Undefined: nothing is. */
  async function nextDue(): Promise<number | undefined> {
    const [row] = await context.database.sql<{ ms: number | null }[]>`
      select (extract(epoch from least(
        (select min(greatest(due_at, coalesce(lease_until, due_at))) from outbox where parked_at is null and topic = any (${topics})),
        (select min(next_attempt_at) from execution where state = 'ready'))) * 1000)::float8 as ms`;
    return row?.ms == null ? undefined : Math.ceil(row.ms);
  }
  const isDue = async (inMs: number) => ((await nextDue()) ?? Number.POSITIVE_INFINITY) <= at + inMs;

  return {
    slack,
    context,
    billing,
    as,
    now: () => at - began,
    propose: (fields) => proposed(context, fields),
    settle,
    async advance(untilMs) {
      const due = await nextDue();
      const isSooner = due !== undefined && due <= began + untilMs;
      at = isSooner ? Math.max(at, due) : Math.max(at, began + untilMs);
      await clock.set(at);
      await settle();
      return isSooner;
    },
    async messagesOf({ id }) {
      const { state } = (await workspace.control('inspect')) as {
        state: { messages: Record<string, Message[]> };
      };
      return Object.values(state.messages)
        .flat()
        .filter(({ blocks }) => JSON.stringify(blocks).includes(id));
    },
    control: (verb, input) => workspace.control(verb, input),
    async close() {
      await Promise.all(desks.map((each) => each.close()));
      await slack.stop();
      await workspace.stop();
      await clock.close();
    },
  };
}

interface DeskOptions {
  readonly appUrl: string;
  readonly apiUrl: string;
  readonly manifests: Manifests;
  readonly billing: ReturnType<typeof memoryBilling>;
  readonly worker: string;
}

async function openDesk({ appUrl: url, apiUrl, manifests, billing, worker }: DeskOptions) {
  const context = await testContext({ url, manifests, worker, connectorOf: () => billing });
  const { botToken, signingSecret } = testKeys;
  const door = createSlackDoor({
    context,
    botToken,
    signingSecrets: [signingSecret],
    apiUrl,
    command: '/agent',
  });
  const handlers = { ...door.handlers, assess: (ref: string) => assess(context, ref) };
  const loops = [createOutboxLoop(context, handlers), createOutboxLoop(context, door.paced)];
  const server = createServer((request, response) => door.requestListener(request, response));
  const origin = await openPort(server);
  await door.start();
  return {
    context,
    loops,
    topics: [...Object.keys(handlers), ...Object.keys(door.paced)],
    url: origin,
    async close() {
      server.close();
      server.closeAllConnections();
      await door.stop();
      await context.close();
    },
  };
}

function openPort(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}
