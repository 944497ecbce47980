import { setTimeout as wait } from 'node:timers/promises';
import type { Client, JSONRPCMessage } from '@modelcontextprotocol/client';
import { StdioClientTransport, type StdioServerParameters } from '@modelcontextprotocol/client/stdio';
import type { McpProgram } from '../domain/connector-config.ts';
import type { Answer } from '../domain/handoff.ts';
import { isObject } from '../domain/json.ts';
import { readBody } from './read-body.ts';
import type { ToolLine } from './tool-call.ts';

/** As much as an answer over HTTP may have, and a little for what the protocol says around it. */
const LONGEST_MESSAGE = 1_114_112;
/** More than any server has to say of itself during one call. */
const MOST_MESSAGES = 1_000;

export interface ProgramOptions {
  readonly config: McpProgram;
  /** The one that is used first. */
  readonly secret: string;
  /** All of them, to be taken out of answers. */
  readonly secrets: readonly string[];
  readonly isWrite: boolean;
  /** On the process's monotonic clock. */
  readonly until: number;
  /** Told of the end of each program, which may come a little after its answer. */
  readonly reap: (ending: Promise<void>) => void;
}

/**
 * An MCP server that is a program of its own, started for this one call: it holds nothing from one call to the next, knows the
 * credential as it is now, and what does not end in time is killed. Of our environment it sees no more than its manifest says.
 */
export function openProgramLine(options: ProgramOptions): ToolLine {
  const { config, secret, secrets, isWrite, until, reap } = options;
  const leftMs = () => Math.max(1, Math.ceil(until - performance.now()));
  const transport = new CountedTransport({
    command: config.command[0] ?? '',
    args: config.command.slice(1),
    env: withSecret(config.env, secret),
    ...(config.directory === undefined ? {} : { cwd: config.directory }),
    stderr: 'ignore',
    maxBufferSize: LONGEST_MESSAGE,
  });
  const late = setTimeout(() => transport.kill(`it did not answer within ${config.timeoutMs} ms`), leftMs());
  const answered = (status: number, body: Extract<Answer, { kind: 'answered' }>['body']): Answer => {
    return { kind: 'answered', status, body, retryAfterMs: undefined };
  };
  const notCalled = (): Answer => ({
    kind: 'not_sent',
    why: transport.why ?? 'it does not speak MCP',
    permanent: false,
  });
  return {
    transport,
    address: config.command.join(' '),
    negotiates: false,
    fate: {
      patienceMs: () => leftMs() + 1_000,
      leaveBy: (moment) => {
        transport.leaveBy = moment;
      },
      beforeTheCall: async () => notCalled(),
      afterTheCall: async () =>
        transport.called
          ? { kind: 'lost', why: transport.why ?? "it answered with what can't be read" }
          : notCalled(),
      answered,
      saidNo: (body) => answered(isWrite ? 500 : 422, body),
      clean: (body) => readBody(Buffer.from(JSON.stringify(body)), secrets) ?? null,
    },
    close: async (client) => {
      clearTimeout(late);
      reap(end(client, transport));
    },
  };
}

function withSecret(env: Readonly<Record<string, string>>, secret: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.split('${secret}').join(secret)]),
  );
}

const PATIENCE_MS = 2_000;

/** The end of its input asks it to go; if it does not, it is killed. */
async function end(client: Client, transport: CountedTransport): Promise<void> {
  const patience = new AbortController();
  const killing = wait(PATIENCE_MS, undefined, { signal: patience.signal }).then(
    () => transport.kill('it did not end'),
    () => {},
  );
  await client.close().catch(() => {});
  patience.abort();
  await killing;
}

/** The SDK's own way to speak to a program, which remembers whether the call went out and stops one that says too much. */
class CountedTransport extends StdioClientTransport {
  called = false;
  leaveBy = Number.POSITIVE_INFINITY;
  /** Why it is of no use any more, for people. */
  why: string | undefined;
  private messages = 0;
  private running: number | null = null;

  constructor(parameters: StdioServerParameters) {
    super(parameters);
    this.onerror = (error) => {
      if (error.message.includes('maximum size')) this.kill('its answer is too long');
    };
    this.onmessage = () => {
      this.messages += 1;
      if (this.messages > MOST_MESSAGES) this.kill('it says too much');
    };
    this.onclose = () => {
      this.why ??= 'it ended';
    };
  }

  override async start(): Promise<void> {
    try {
      await super.start();
    } catch (error) {
      this.why ??= `it can't be started (${codeOf(error)})`;
      throw error;
    }
    this.running = this.pid;
    if (this.why !== undefined) this.kill(this.why);
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    const isCall = isObject(message) && message.method === 'tools/call';
    if (isCall && performance.now() >= this.leaveBy) {
      this.why ??= 'it was held up between its start and its first byte';
      throw new Error(this.why);
    }
    if (isCall && this.pid === null) throw new Error('it ended before it was called');
    if (isCall) this.called = true;
    await super.send(message);
  }

  kill(why: string): void {
    this.why ??= why;
    if (this.running === null) return;
    try {
      process.kill(this.running, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unexpected';
}
