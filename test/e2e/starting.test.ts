import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_ENV } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { freePorts, runServe } from '../support/demo-copy.ts';
import { eventually } from '../support/door-world.ts';

let db: FreshDatabase;
/** Takes what is asked of Slack, and answers nothing. */
let mute: Server;
beforeAll(async () => {
  db = await freshDatabase();
  mute = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  mute.closeAllConnections();
  mute.close();
  await db.drop();
});

it('stops with 0 when it is told to while it still starts', async () => {
  const [port = 0] = await freePorts(1);
  const bot = runServe({
    ...TEST_ENV,
    DATABASE_URL: db.url,
    SLACK_BOT_TOKEN: 'xoxb-of-nobody',
    SLACK_SIGNING_SECRET: 'a-secret',
    SLACK_API_URL: `http://127.0.0.1:${(mute.address() as AddressInfo).port}/api/`,
    HOST: '127.0.0.1',
    PORT: String(port),
  });
  await eventually(() =>
    fetch(`http://127.0.0.1:${port}/livez`).then(
      ({ status }) => (status === 200 ? true : undefined),
      () => undefined,
    ),
  );
  expect(bot.stdout.join('\n')).not.toContain('server.started');
  expect(await bot.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});
