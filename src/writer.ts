import type { WriterConfig } from './config.ts';
import { createHealthDoor } from './http/health-door.ts';
import { createExecutorLoop } from './jobs/executor.ts';
import { createLooksLoop } from './jobs/looks.ts';
import { createLogger, type Logger } from './logger.ts';
import { openResources } from './resources.ts';
import { type App, answers, onceInTime, openServer } from './server.ts';
import { listen } from './store/notifications.ts';
import { pingDatabase } from './store/ping.ts';

/**
 * The process that alone holds the systems' credentials (`serve --role writer`): it writes what was approved, and looks at systems for
 * the gate. Nobody can speak to it but the database; it knows neither Slack nor agents' keys.
 */
export async function startWriter(
  config: WriterConfig,
  log: Logger = createLogger(config.log),
): Promise<App> {
  const { context, closeConnectors } = await openResources({ ...config, role: 'writer' }, log);
  const { database } = context;
  const [executor, looks] = [createExecutorLoop(context), createLooksLoop(context)];
  let stopping = false;
  const { server, url } = await openServer(
    createHealthDoor(async () => {
      const answered = await answers(pingDatabase(database));
      return { ready: answered && !stopping, checks: { database: answered, stopping } };
    }),
    config,
  );
  const wakeBoth = () => {
    executor.wake();
    looks.wake();
  };
  const unlisten = await listen(database, {
    onNotice: (notice) => {
      if (notice === 'execution') executor.wake();
      if (notice === 'look') looks.wake();
    },
    onConnect: wakeBoth,
  });
  for (const loop of [executor, looks]) loop.start();
  log.info({ url, role: 'writer', manifests: context.manifests.digest }, 'server.started');
  return {
    url,
    stop: onceInTime(async () => {
      stopping = true;
      server.close();
      server.closeIdleConnections();
      await Promise.all([executor.stop(), looks.stop()]);
      await unlisten();
      await closeConnectors();
      server.closeAllConnections();
      await database.close();
    }),
  };
}
