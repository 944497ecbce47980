import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setLogger } from 'node-cron';
import type { Config } from './config.ts';
import { createCallbackSender } from './connectors/callback.ts';
import type { Connector } from './connectors/connector.ts';
import { createConnector } from './connectors/create-connector.ts';
import { createPagerSender } from './connectors/pager.ts';
import type { Context } from './context.ts';
import { overdueDates } from './domain/due-dates.ts';
import type { Manifests, SecretRef, System } from './domain/manifest.ts';
import type { Proposal } from './domain/proposal.ts';
import { EXIT, Stop } from './errors.ts';
import { createHttpDoor } from './http/http-door.ts';
import { MAX_CONNECTIONS, SERVER_OPTIONS } from './http/limits.ts';
import { proposalView } from './http/proposal-view.ts';
import { createWakes } from './http/wakes.ts';
import { checkpointFile } from './jobs/checkpoint-file.ts';
import { createExecutorLoop } from './jobs/executor.ts';
import { createOutboxLoop } from './jobs/outbox.ts';
import { startSchedule } from './jobs/schedule.ts';
import { createSealLoop } from './jobs/seal.ts';
import { assess } from './lifecycle/assess.ts';
import { advanceRollback } from './lifecycle/confirm-rollback.ts';
import { deliverCallbacks } from './lifecycle/deliver-callbacks.ts';
import { openSigningKey } from './lifecycle/open-signing-key.ts';
import { watchConnector } from './lifecycle/pace.ts';
import { tellPager } from './lifecycle/tell-pager.ts';
import { createLogger, type Logger } from './logger.ts';
import { checkSecrets } from './manifests/check-secrets.ts';
import { loadManifests } from './manifests/load-manifests.ts';
import { formatProblem } from './manifests/problem.ts';
import { readSecret } from './manifests/secrets.ts';
import { createPolicies } from './policies.ts';
import { createSlackDoor } from './slack/slack-door.ts';
import { createChanges } from './store/changes.ts';
import { type Database, openDatabase } from './store/database.ts';
import { saveManifests } from './store/manifest-versions.ts';
import { migrate } from './store/migrate.ts';
import { listen } from './store/notifications.ts';
import { pingDatabase } from './store/ping.ts';

export interface App {
  readonly url: string;
  /** Stops accepting, finishes what is in hand within ten seconds, closes everything. May be called twice. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 10_000;

/** Reads the manifests that are in force from now on. Throws a {@link Stop} that lists every problem. */
export function readManifests(config: Pick<Config, 'manifests' | 'env'>): Manifests {
  const loaded = loadManifests(config.manifests, config.env);
  if (!loaded.ok) throw new Stop(EXIT.configuration, loaded.problems.map(formatProblem).join('\n'));
  const missing = checkSecrets(loaded.manifests, config.env);
  if (missing.length > 0) throw new Stop(EXIT.configuration, missing.map(formatProblem).join('\n'));
  return loaded.manifests;
}

function secretReader(config: Config): (ref: SecretRef) => string {
  return (ref) => {
    const read = readSecret(ref, config.env);
    if (!read.ok) throw new Stop(EXIT.configuration, read.message);
    return read.value;
  };
}

/** One connector a system and manifests' version, so that a write goes out as the version that judged it says. */
function connectorPool(secretOf: (ref: SecretRef) => string): {
  of(system: System): Connector;
  close(): Promise<void>;
} {
  const pool = new Map<System, Connector>();
  return {
    of(system) {
      const connector = pool.get(system) ?? createConnector(system, secretOf);
      pool.set(system, connector);
      return connector;
    },
    close: async () => {
      await Promise.all([...pool.values()].map((connector) => connector.close()));
    },
  };
}

async function openStore(config: Config): Promise<Database> {
  try {
    await migrate({ url: config.migrateUrl, role: config.databaseRole });
  } catch (error) {
    // The library wraps the reason, and puts parameters into its own message.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unexpected';
    throw new Stop(
      EXIT.unavailable,
      `Postgres can't be reached or migrated (${code}): see DATABASE_URL and MIGRATE_DATABASE_URL`,
    );
  }
  return openDatabase({ url: config.databaseUrl, role: config.databaseRole });
}

/** Starts everything: migrates, then serves under the application's role. Resolves when the port is open. */
export async function startApp(config: Config, log: Logger = createLogger(config.log)): Promise<App> {
  setLogger({
    info: () => {},
    debug: () => {},
    warn: (message) => log.warn({ message }, 'cron.warned'),
    error: (message) => log.error({ message: String(message) }, 'cron.failed'),
  });
  const manifests = readManifests(config);
  const secretOf = secretReader(config);
  const database = await openStore(config);
  await saveManifests(database, manifests.digest, manifests.files);
  const connectors = connectorPool(secretOf);
  const context: Context = {
    database,
    changes: createChanges(database),
    manifests,
    policyOf: createPolicies(database, manifests, config.env),
    connectorOf: (system) => watchConnector(database, system, connectors.of(system)),
    signingKey: await openSigningKey(database, config.audit.signingKey),
    log,
    worker: randomUUID(),
  };

  const slack = createSlackDoor({ context, ...config.slack });
  const wakes = createWakes();
  const executor = createExecutorLoop(context);
  const seal = createSealLoop(context, context.signingKey, checkpointFile(config.audit.checkpoints, log));
  const outbox = createOutboxLoop(context, {
    ...slack.handlers,
    assess: (ref) => assess(context, ref),
    undo: (ref) => advanceRollback(context, ref),
  });
  const viewOf = async (proposal: Proposal) =>
    proposalView(proposal, await context.policyOf(proposal.policy), config.publicUrl);
  const callbackSender = createCallbackSender({ secretOf });
  const pager = createPagerSender();
  // Apart from the cards, which a receiver that dawdles must not hold up.
  const callbacks = createOutboxLoop(context, {
    callback: (ref) => deliverCallbacks(context, ref, { sender: callbackSender, viewOf }),
    on_call: (ref) => tellPager(context, ref, { sender: pager, secretOf }),
  });
  const wakeOutbox = () => {
    outbox.wake();
    callbacks.wake();
  };
  const unlisten = await listen(database, {
    onNotice: (notice) => {
      if (notice === 'outbox') wakeOutbox();
      else if (notice === 'execution') executor.wake();
      else wakes.notify(notice.replace('proposal:', ''));
    },
    onConnect: () => {
      wakes.notifyAll();
      wakeOutbox();
      executor.wake();
    },
  });

  let stopping = false;
  const http = createHttpDoor({
    context,
    secretOf,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    wakes,
    readiness: async () => {
      const answered = await pingDatabase(database).then(
        () => true,
        () => false,
      );
      return {
        ready: answered && !stopping,
        checks: { database: answered, stopping, slack: slack.health() },
      };
    },
  });
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/slack/events') slack.requestListener(request, response);
    else void http.handle(request, response);
  });
  const url = await open(server, config);
  outbox.start();
  callbacks.start();
  executor.start();
  seal.start();
  const schedule = startSchedule(context);
  await slack.start();
  log.info({ url, manifests: manifests.digest }, 'server.started');
  for (const overdue of overdueDates(manifests, new Date())) log.warn({ ...overdue }, 'manifests.overdue');

  const close = async (): Promise<void> => {
    stopping = true;
    server.close();
    http.stop();
    server.closeIdleConnections();
    await Promise.all([schedule.stop(), outbox.stop(), callbacks.stop(), executor.stop(), slack.stop()]);
    await seal.stop();
    await unlisten();
    await Promise.all([connectors.close(), callbackSender.close(), pager.close()]);
    server.closeAllConnections();
    await database.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url,
    stop: () => {
      closing ??= Promise.race([
        close(),
        new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref()),
      ]);
      return closing;
    },
  };
}

function open(server: Server, config: Config): Promise<string> {
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const why = taken
        ? `port ${config.port} is in use: choose another with PORT (of the demo: --port)`
        : `can't listen on ${config.host}:${config.port} (${error.code})`;
      reject(new Stop(EXIT.unavailable, why));
    });
    server.listen(config.port, config.host, () => {
      const { port } = server.address() as AddressInfo;
      const host = config.host === '0.0.0.0' ? '127.0.0.1' : config.host;
      resolve(`http://${host}:${port}`);
    });
  });
}
