import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exists, isRoot, rootDirectory } from '../../src/demo/postgres-binaries.ts';
import { PROJECT } from './bot-process.ts';
import { type Child, startChild } from './child-process.ts';

/** A working copy for demos, whose data lie in a folder of its own. */
export interface DemoCopy {
  /** `npm run demo`, as from a terminal: `kill` signals npm and all below it, as Ctrl+C does. */
  npmRunDemo(args: readonly string[]): Child;
  /** The same program without npm. */
  demo(args: readonly string[]): Child;
  /** Also true when it was not shut down as it should be. */
  isDatabaseRunning(): Promise<boolean>;
  /** Also what the demo keeps between runs. */
  remove(): Promise<void>;
}

/** Made of links to this one, so that only what a demo keeps is new. */
export async function openDemoCopy(): Promise<DemoCopy> {
  const cwd = await realpath(await mkdtemp(join(tmpdir(), 'countersign-demo-')));
  for (const name of ['package.json', 'src', 'manifests', 'node_modules']) {
    await symlink(join(PROJECT, name), join(cwd, name));
  }
  // Root's demos keep their data elsewhere, since Postgres does not run as root.
  const key = createHash('sha256').update(cwd).digest('hex').slice(0, 12);
  const kept = isRoot() ? join(rootDirectory, `demo-${key}`) : join(cwd, '.countersign');
  return {
    npmRunDemo: (args) => startChild('npm', ['run', 'demo', '--', ...args], { cwd, isGroup: true }),
    demo: (args) => startChild(process.execPath, ['src/main.ts', 'demo', ...args], { cwd }),
    isDatabaseRunning: () => exists(join(kept, 'postgres', 'data', 'postmaster.pid')),
    async remove() {
      for (const each of [kept, cwd]) await rm(each, { recursive: true, force: true });
    },
  };
}

export function runServe(env: Readonly<Record<string, string>>): Child {
  return startChild(process.execPath, ['src/main.ts', 'serve'], { cwd: PROJECT, env });
}

/** Ports that nobody had a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const taken = await Promise.all(Array.from({ length: count }, takePort));
  for (const each of taken) each.close();
  return taken.map(({ port }) => port);
}

/** A port that is in use until it is closed. */
export async function takePort(): Promise<{ port: number; close(): Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => server.close() };
}
