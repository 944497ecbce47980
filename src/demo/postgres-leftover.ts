import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ignoring } from './postgres-binaries.ts';

const run = promisify(execFile);
const endWithinMs = 15_000;

/**
 * Deals with what an earlier run left on this data: nothing, a stale lock file, a server whose starter was killed
 * (it is stopped), or a living demo (an error).
 */
export async function clearLeftover(dataDir: string): Promise<void> {
  const directory = join(dataDir, 'data');
  const lock = join(directory, 'postmaster.pid');
  const server = await readPid(lock);
  if (server === undefined) return;
  if (!(await isServerOf(directory, server))) {
    await rm(lock, { force: true });
    return;
  }
  if (await isStarterAlive(dataDir, server)) {
    throw new Error(
      `Another demo is running on ${dataDir} (Postgres is process ${server}). Stop it, or choose another data directory.`,
    );
  }
  process.kill(server, 'SIGINT');
  const deadline = Date.now() + endWithinMs;
  while (isAlive(server)) {
    if (Date.now() > deadline) {
      throw new Error(
        `Postgres of a killed run (process ${server}) does not end. Run \`kill -9 ${server}\`.`,
      );
    }
    await delay(20);
  }
}

/** So that the next start can tell a living demo from a killed one. */
export async function recordStarter(dataDir: string, server: number): Promise<void> {
  await writeFile(join(dataDir, 'started-by'), `${server} ${process.pid}\n`);
}

/** A server that no starter has recorded yet is just being started. */
async function isStarterAlive(dataDir: string, server: number): Promise<boolean> {
  const text = await readFile(join(dataDir, 'started-by'), 'utf8').catch(ignoring('ENOENT'));
  const [recorded, starter] = (text ?? '').split(' ').map(Number);
  return recorded !== server || starter === undefined || isAlive(starter);
}

async function readPid(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(ignoring('ENOENT'));
  const pid = Number.parseInt(text ?? '', 10);
  return pid > 0 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The number may long belong to somebody else: only a Postgres on this very folder counts. */
async function isServerOf(directory: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() =>
    run('ps', ['-o', 'command=', '-p', String(pid)]).then(
      ({ stdout }) => stdout,
      () => undefined,
    ),
  );
  return command === undefined || (command.includes('postgres') && command.includes(directory));
}
