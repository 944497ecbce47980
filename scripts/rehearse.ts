import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type DemoWorld, startDemoWorld } from '../src/demo/demo.ts';
import { ROOT } from './bundle-path.ts';

const WITHIN_MS = 60_000;

/**
 * Runs a program as production does, in the demo's world and a folder of its own, until it has taken a proposal and judged it; then ends it.
 * Rejects if that comes to nothing within a minute.
 */
export async function rehearse(program: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-rehearsal-'));
  await chmod(folder, 0o755); // For the user that Postgres runs as where we are root.
  try {
    const world = await startDemoWorld({ port: 0, slackPort: 0, fresh: true, folder });
    try {
      await serveOnce(program, world);
    } finally {
      await world.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function serveOnce(program: readonly string[], world: DemoWorld): Promise<void> {
  const { PATH = '', HOME = '' } = process.env;
  const server = spawn(process.execPath, [...program], {
    cwd: ROOT,
    env: { PATH, HOME, ...world.env, LOG_LEVEL: 'info', LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  const ended = once(server, 'close');
  let status = 0;
  for await (const line of createInterface(server.stdout)) {
    if (!line.includes('"server.started"')) continue;
    const { url } = JSON.parse(line) as { readonly url: string };
    world.introduce(url, { agent: false, log: () => {} });
    status = await propose(url, world.agentKey);
    server.kill();
  }
  const [code, signal] = (await ended) as [number | null, string | null];
  if (status !== 202 || code !== 0) throw new Error(`it answered ${status} and ended with ${signal ?? code}`);
}

async function propose(url: string, key: string): Promise<number> {
  const body = {
    action: 'billing.refund',
    input: { account: '4471', invoice: 'inv_9', amount: '1250.00' },
    reason: 'Charged twice',
  };
  const response = await fetch(`${url}/v1/proposals?wait=20`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
}
