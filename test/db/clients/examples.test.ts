import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_KEY } from '../../support/door.ts';
import { freshAccount } from '../../support/door-world.ts';
import { openServingWorld, type ServingWorld } from '../../support/serving-world.ts';

const root = join(import.meta.dirname, '../../..');

let world: ServingWorld;
beforeAll(async () => {
  world = await openServingWorld();
});
afterAll(() => world.close());

function run(file: string, env: Record<string, string>): Promise<string> {
  const own = { COUNTERSIGN_URL: world.door.url, COUNTERSIGN_KEY: AGENT_KEY, ...env };
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, stdout: string, stderr: string) =>
      error ? reject(new Error(stderr)) : resolve(stdout.trim());
    execFile(
      process.execPath,
      [join(root, 'examples', file)],
      { cwd: root, env: own, timeout: 20_000 },
      done,
    );
  });
}

describe('the examples', () => {
  it.each(['fetch.mjs', 'client.mjs'])('%s waits for people, and tells what was written', async (file) => {
    const ACCOUNT = freshAccount();
    const said = run(file, { ACCOUNT, TICKET: `ticket-${ACCOUNT}` });
    await world.decideFor(ACCOUNT, 'approved');
    expect(await said).toMatch(/executed: {"id":"re_1"}$/);
  });

  it.each(['fetch.mjs', 'client.mjs'])('%s tells of a no', async (file) => {
    const ACCOUNT = freshAccount();
    const said = run(file, { ACCOUNT, TICKET: `ticket-${ACCOUNT}` });
    await world.decideFor(ACCOUNT, 'rejected');
    expect(await said).toMatch(/rejected: "?It will not be written/);
  });
});
