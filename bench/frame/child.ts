import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

export interface Child {
  readonly pid: number;
  /** Milliseconds from its start to the line that was waited for. */
  readonly readyMs: number;
  /** What stands in that line, as JSON. */
  readonly said: Record<string, unknown>;
  /** Sends the signal, and resolves with the first line from then on that fits, as JSON. */
  ask(signal: NodeJS.Signals, answer: RegExp): Promise<Record<string, unknown>>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const PATIENCE_MS = 60_000;

/** Starts a program with this environment alone, and resolves with the first line of its stdout that fits. */
export async function startChild(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<Child> {
  const { PATH = '', HOME = '' } = process.env;
  const started = performance.now();
  const child = spawn(process.execPath, [...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const stopWithUs = () => child.kill('SIGKILL');
  process.once('exit', stopWithUs);
  const lines = createInterface(child.stdout);
  const line = await firstLine(lines, ready, ended, args);
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - started,
    said: JSON.parse(line) as Record<string, unknown>,
    async ask(signal, answer) {
      const answered = firstLine(lines, answer, ended, args);
      child.kill(signal);
      return JSON.parse(await answered) as Record<string, unknown>;
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
      process.off('exit', stopWithUs);
    },
  };
}

function firstLine(
  lines: Interface,
  fits: RegExp,
  ended: Promise<unknown>,
  args: readonly string[],
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const last: string[] = [];
  const read = (line: string) => {
    if (fits.test(line)) resolve(line);
    last.push(line);
    if (last.length > 20) last.shift();
  };
  lines.on('line', read);
  const fail = (why: string) => reject(new Error(`${args.join(' ')} ${why}:\n${last.join('\n')}`));
  const timer = setTimeout(fail, PATIENCE_MS, 'did not answer');
  void ended.then(() => fail('ended'));
  return promise.finally(() => {
    clearTimeout(timer);
    lines.off('line', read);
  });
}
