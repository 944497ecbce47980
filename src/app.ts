import type { Config } from './config.ts';
import { overdueDates } from './domain/due-dates.ts';
import { createHttpDoor } from './http/http-door.ts';
import { createLogger, type Logger } from './logger.ts';
import { openResources } from './resources.ts';
import { type App, answers, onceInTime, openServer } from './server.ts';
import { createSlackDoor } from './slack/slack-door.ts';
import { readDurability } from './store/durability.ts';
import { pingDatabase } from './store/ping.ts';
import { prepareWork } from './work.ts';

/**
 * Starts everything: migrates, then serves under the application's role. Resolves when the port is open. As a gate it is without the
 * systems' credentials and writes nothing (`writer.ts` does).
 */
export async function startApp(config: Config, log: Logger = createLogger(config.log)): Promise<App> {
  const resources = await openResources(config, log);
  const { context, secretOf } = resources;
  const { database, manifests } = context;
  const slack = createSlackDoor({ context, ...config.slack });
  const work = await prepareWork(resources, slack, config);

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
  const { server, url } = await openServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/slack/events') slack.requestListener(request, response);
    else void http.handle(request, response);
  }, config);
  work.start();
  await slack.start();
  const durability = await readDurability(database);
  log.info({ url, role: config.role, manifests: manifests.digest, durability }, 'server.started');
  if (durability === 'none') log.warn({ durability }, 'database.not_durable');
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
  return { url, stop: onceInTime(close) };
}
