import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config.ts';
import { overdueDates } from './domain/due-dates.ts';
import { EXIT, Stop } from './errors.ts';
import { createHttpDoor } from './http/http-door.ts';
import { MAX_CONNECTIONS, SERVER_OPTIONS } from './http/limits.ts';
import { createLogger, type Logger } from './logger.ts';
import { openResources } from './resources.ts';
import { createSlackDoor } from './slack/slack-door.ts';
import { pingDatabase } from './store/ping.ts';
import { prepareWork } from './work.ts';

export interface App {
  readonly url: string;
  /** Stops accepting, finishes what is in hand within ten seconds, closes everything. May be called twice. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 10_000;

/** Starts everything: migrates, then serves under the application's role. Resolves when the port is open. */
export async function startApp(config: Config, log: Logger = createLogger(config.log)): Promise<App> {
  const resources = await openResources(config, log);
  const { context, secretOf } = resources;
  const { database, manifests } = context;
  const slack = createSlackDoor({ context, ...config.slack });
  const work = await prepareWork(resources, slack.handlers, config);

  let stopping = false;
  const readiness = async () => {
    const answered = await answers(pingDatabase(database));
    return { ready: answered && !stopping, checks: { database: answered, stopping, slack: slack.health() } };
  };
  const { publicUrl, trustedProxies } = config;
  const { directory } = slack;
  const http = createHttpDoor({
    ...{ context, secretOf, publicUrl, trustedProxies, directory, readiness },
    wakes: work.wakes,
  });
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/slack/events') slack.requestListener(request, response);
    else void http.handle(request, response);
  });
  const url = await open(server, config);
  work.start();
  await slack.start();
  log.info({ url, manifests: manifests.digest }, 'server.started');
  for (const overdue of overdueDates(manifests, new Date())) log.warn({ ...overdue }, 'manifests.overdue');

  const close = async (): Promise<void> => {
    stopping = true;
    server.close();
    http.stop();
    server.closeIdleConnections();
    await Promise.all([work.finish(), slack.stop()]);
    await work.close();
    await resources.closeConnectors();
    server.closeAllConnections();
    await database.close();
  };
  return { url, stop: onceWithin(close, STOP_WITHIN_MS) };
}

function answers(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  );
}

function onceWithin(close: () => Promise<void>, ms: number): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= Promise.race([close(), new Promise<void>((resolve) => setTimeout(resolve, ms).unref())]);
    return closing;
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
