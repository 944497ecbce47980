import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PostgresBinaries, RunAs } from './postgres-binaries.ts';

const startWithinMs = 30_000;
const stopWithinMs = 10_000;
const quitWithinMs = 3_000;

/** `stop` may be called twice, and also after the server died by itself. */
export type Postmaster = { pid: number; stop(): Promise<void> };

/** Resolves once the server accepts connections; rejects with what it said if it ends before that. */
export async function startPostmaster(options: {
  binaries: PostgresBinaries;
  directory: string;
  settings: Record<string, string>;
  environment: Readonly<Record<string, string>>;
}): Promise<Postmaster> {
  const { binaries, directory } = options;
  const settings = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = join(binaries.bin, 'postgres');
  // A session of its own: Ctrl+C in the terminal must reach us first, or the database is gone before we have drained.
  const child = spawn(program, ['-D', directory, ...settings], {
    ...binaries.runAs,
    cwd: '/',
    env: { ...options.environment, LC_ALL: 'C' },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = listen(child);
  const exited = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  await once(child, 'spawn').catch((cause: unknown) => {
    throw new Error(
      `${program} does not run here: ${String(cause)}. Set DATABASE_URL to a Postgres of your own.`,
    );
  });
  const { pid = 0 } = child;
  const watcher = stopWhenWeDie(pid, binaries.runAs);
  void exited.then(() => watcher?.kill('SIGKILL'));
  const stop = () => stopChild(child, exited);
  try {
    await said.ready(exited);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid, stop };
}

/** The server logs to stderr. It is read to its end, for a full pipe would stop the server; the last lines are kept. */
function listen(child: ChildProcess): { ready(exited: Promise<void>): Promise<void> } {
  const last: string[] = [];
  const { promise: accepting, resolve } = Promise.withResolvers<'accepting'>();
  if (child.stderr === null) throw new Error('Postgres was started without a pipe for its log.');
  createInterface(child.stderr).on('line', (line) => {
    if (line.includes('ready to accept connections')) resolve('accepting');
    last.push(line);
    if (last.length > 20) last.shift();
  });
  const ready = async (exited: Promise<void>) => {
    const { promise: late, resolve: tooLate } = Promise.withResolvers<'late'>();
    const timer = setTimeout(tooLate, startWithinMs, 'late');
    const end = await Promise.race([accepting, late, exited.then(() => 'ended')]);
    clearTimeout(timer);
    if (end === 'accepting') return;
    const why = end === 'late' ? `was not ready within ${startWithinMs / 1000} s` : 'did not start';
    throw new Error(`Postgres ${why}. It said:\n${last.join('\n')}`);
  };
  return { ready };
}

/**
 * A shell holds the other end of a pipe of ours. However we die, the kernel closes it, and the shell stops the
 * server. Node cannot ask the kernel for more (PR_SET_PDEATHSIG), and Windows has no shell: there the next start finds it.
 */
function stopWhenWeDie(pid: number, runAs: RunAs): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const watcher = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(pid)], {
    ...runAs,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {}); // No shell: as on Windows.
  watcher.unref();
  return watcher;
}

/** SIGINT disconnects everybody and writes a checkpoint; SIGQUIT leaves the recovery to the next start. */
async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', stopWithinMs],
    ['SIGQUIT', quitWithinMs],
    ['SIGKILL', quitWithinMs],
  ];
  for (const [signal, withinMs] of steps) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    await Promise.race([exited, late]);
    clearTimeout(timer);
  }
}
