import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that runs beside the test. */
export interface Child {
  readonly pid: number;
  /** What it said so far, by lines. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Resolves when it is gone and everything that it said was read. */
  readonly ended: Promise<Ending>;
  /** The first line of its stdout that fits; rejects with what it said if it ends before, or takes longer. */
  line(fits: RegExp, withinMs?: number): Promise<string>;
  /** Signals it, and resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<Ending>;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** All that it gets, beside PATH and HOME: nothing of the test's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** In a process group of its own, as what a terminal starts; `kill` then signals the group, as Ctrl+C does. */
  readonly isGroup?: boolean;
}

const running = new Set<number>();
/** A test that failed half way leaves nothing behind. */
process.once('exit', () => {
  for (const pid of running) sendQuietly(pid, 'SIGKILL');
});

export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command, args, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: { PATH, HOME, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.isGroup ?? false,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} can't be started`);
  const target = options.isGroup ? -pid : pid;
  running.add(target);
  const stdout: string[] = [];
  const stderr: string[] = [];
  const lines = createInterface(child.stdout).on('line', (line) => void stdout.push(line));
  createInterface(child.stderr).on('line', (line) => void stderr.push(line));
  const ended = once(child, 'close').then((): Ending => {
    running.delete(target);
    return { code: child.exitCode, signal: child.signalCode };
  });
  const said = () => [...stdout, ...stderr].join('\n');

  async function line(fits: RegExp, withinMs = 30_000): Promise<string> {
    const found = stdout.find((each) => fits.test(each));
    if (found !== undefined) return found;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (each: string) => fits.test(each) && resolve(each);
    lines.on('line', look);
    const timer = setTimeout(
      () => reject(new Error(`no ${fits} within ${withinMs} ms:\n${said()}`)),
      withinMs,
    );
    void ended.then(({ code }) => reject(new Error(`it ended (${code}) without ${fits}:\n${said()}`)));
    return promise.finally(() => {
      clearTimeout(timer);
      lines.off('line', look);
    });
  }

  return {
    pid,
    stdout,
    stderr,
    ended,
    line,
    kill(signal) {
      sendQuietly(target, signal);
      return ended;
    },
  };
}

/** Whoever is gone already needs no signal. */
function sendQuietly(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
