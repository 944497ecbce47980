import { fileURLToPath } from 'node:url';
import { type Child, type Ending, startChild } from './child-process.ts';
import { eventually } from './door-world.ts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** The real bot, in a process of its own. */
export interface BotProcess {
  readonly url: string;
  readonly pid: number;
  /** The names of what it logged as errors so far. */
  errors(): string[];
  /** Resolves once it has logged such an event; rejects if it does not within half a minute. */
  logged(event: string): Promise<void>;
  /** What stands in its log that never may, or is no log at all; empty: nothing. */
  objections(secrets: readonly string[]): string[];
  /** The status of `/readyz`; undefined: it does not answer. */
  readiness(): Promise<number | undefined>;
  /** Resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<Ending>;
}

/** Starts `countersign serve` as in production, with this environment alone; resolves once it is ready. */
export async function startBotProcess(
  env: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): Promise<BotProcess> {
  const child = startChild(process.execPath, ['src/main.ts', 'serve', ...options], {
    cwd: PROJECT,
    env: { HOST: '127.0.0.1', PORT: '0', LOG_FORMAT: 'json', ...env },
  });
  const { url } = JSON.parse(await child.line(/"server\.started"/)) as { url: string };
  const readiness = () =>
    fetch(`${url}/readyz`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => undefined,
    );
  await eventually(async () => ((await readiness()) === 200 ? true : undefined));
  return {
    url,
    pid: child.pid,
    readiness,
    errors: () => errorsOf(child),
    logged: async (event) => void (await child.line(new RegExp(`"msg":"${event}"`))),
    objections: (secrets) => objectionsTo(child, secrets),
    kill: (signal) => child.kill(signal),
  };
}

function errorsOf({ stdout }: Child): string[] {
  return stdout.flatMap((line) => {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    return level === 'error' || level === 'fatal' ? [msg] : [];
  });
}

function objectionsTo({ stdout, stderr }: Child, secrets: readonly string[]): string[] {
  const leaks = [...stdout, ...stderr].filter((line) => secrets.some((secret) => line.includes(secret)));
  const strays = stdout.filter((line) => !/^\{"level":"[a-z]+".*"msg":"[a-z_.]+"\}$/.test(line));
  return [
    ...leaks.map((line) => `a secret: ${line}`),
    ...strays.map((line) => `no line of a log: ${line}`),
    ...stderr.map((line) => `on stderr: ${line}`),
  ];
}
