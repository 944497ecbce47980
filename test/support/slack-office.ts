import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';
import type { Connector } from '../../src/connectors/connector.ts';
import type { Context } from '../../src/context.ts';
import type { Workspace, WorkspaceOptions } from '../../src/demo/workspace/start-workspace.ts';
import type { Manifests } from '../../src/domain/manifest.ts';
import { createOutboxLoop } from '../../src/jobs/outbox.ts';
import { assess } from '../../src/lifecycle/assess.ts';
import { advanceRollback } from '../../src/lifecycle/confirm-rollback.ts';
import { planDoubted } from '../../src/lifecycle/plan-doubted.ts';
import { createSlackDoor, type SlackDoor, type SlackDoorOptions } from '../../src/slack/slack-door.ts';
import { listen } from '../../src/store/notifications.ts';
import { testContext } from './context.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { memoryBilling } from './desk.ts';
import { startTestWorkspace, testKeys } from './start-test-workspace.ts';
import type { WorkspacePerson } from './workspace-person.ts';

/** One process of ours: the Slack door behind a server of its own, and the outbox. */
export interface Desk {
  readonly context: Context;
  readonly door: SlackDoor;
  /** Its origin, as Slack reaches it. */
  readonly url: string;
  close(): Promise<void>;
}

export interface Office {
  readonly workspace: Workspace;
  readonly as: (handle: string) => WorkspacePerson;
  readonly database: FreshDatabase;
  readonly billing: ReturnType<typeof memoryBilling>;
  /** The first of its desks, where Slack sends everything. */
  readonly desk: Desk;
  /** Another process over the same database and workspace. */
  openDesk(options?: Partial<SlackDoorOptions>): Promise<Desk>;
  close(): Promise<void>;
}

export interface OfficeOptions {
  readonly workspace?: Partial<WorkspaceOptions>;
  readonly door?: Partial<SlackDoorOptions>;
  /** The project's own, if not said otherwise. */
  readonly manifests?: Manifests;
  /** In place of the office's own billing system. */
  readonly connector?: Connector;
}

const isSocketMode = process.env.SLACK_TRANSPORT === 'socket';

/** The local workspace, a database of its own, and our Slack door between them. With SLACK_TRANSPORT=socket over Socket Mode. */
export async function openOffice(options: OfficeOptions = {}): Promise<Office> {
  const database = await freshDatabase();
  const { workspace, as } = await startTestWorkspace({ socketMode: isSocketMode, ...options.workspace });
  const billing = memoryBilling();
  const desks: Desk[] = [];

  async function openDesk(door: Partial<SlackDoorOptions> = {}): Promise<Desk> {
    const desk = await startDesk(database, workspace, options.connector ?? billing, options.manifests, {
      ...options.door,
      ...door,
    });
    desks.push(desk);
    return desk;
  }

  const desk = await openDesk();
  workspace.setBotUrl(desk.url);
  return {
    workspace,
    as,
    database,
    billing,
    desk,
    openDesk,
    async close() {
      await Promise.all(desks.map((each) => each.close()));
      await workspace.stop();
      await database.drop();
    },
  };
}

async function startDesk(
  database: FreshDatabase,
  workspace: Workspace,
  billing: Connector,
  manifests: Manifests | undefined,
  options: Partial<SlackDoorOptions>,
): Promise<Desk> {
  const context = await testContext({
    url: database.appUrl,
    connectorOf: () => billing,
    ...(manifests ? { manifests } : {}),
  });
  const { botToken, signingSecret } = testKeys;
  const door = createSlackDoor({
    context,
    botToken,
    signingSecrets: [signingSecret],
    apiUrl: workspace.apiUrl,
    command: '/agent',
    ...(isSocketMode ? { appToken: testKeys.appToken } : {}),
    ...options,
  });
  const outbox = createOutboxLoop(context, {
    ...door.handlers,
    ...door.paced,
    assess: (ref) => assess(context, ref),
    undo: (ref) => advanceRollback(context, ref),
    doubt: (ref) => planDoubted(context, ref),
  });
  const unlisten = await listen(context.database, {
    onNotice: (notice) => {
      if (notice.startsWith('outbox:')) outbox.wake();
    },
    onConnect: () => outbox.wake(),
  });
  const server = createServer((request, response) => door.requestListener(request, response));
  const url = await openPort(server);
  outbox.start();
  await door.start();
  if (isSocketMode) await vi.waitFor(() => expect(door.health().connected).toBe(true), { timeout: 10_000 });
  return {
    context,
    door,
    url,
    async close() {
      server.close();
      server.closeAllConnections();
      await Promise.all([outbox.stop(), door.stop()]);
      await unlisten();
      await context.close();
    },
  };
}

function openPort(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}
