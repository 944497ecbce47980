import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Agent } from 'undici';
import type { McpConnector, McpProgram, McpRemote } from '../domain/connector-config.ts';
import type { Answer } from '../domain/handoff.ts';
import { headersOf } from './outgoing.ts';
import { createPinnedConnect, type Resolve } from './pinned-connect.ts';
import { openProgramLine } from './program-line.ts';
import type { ToolLine } from './tool-call.ts';
import { createToolWire } from './tool-wire.ts';

interface Calling {
  readonly secret: string;
  readonly secrets: readonly string[];
  /** Of a write. */
  readonly receipt: string | undefined;
  readonly until: number;
}

type Line = { readonly ok: true; readonly line: ToolLine } | { readonly ok: false; readonly answer: Answer };

/** A line for each call to one server. */
interface Lines {
  open(calling: Calling): Line;
  close(): Promise<void>;
}

/** Over streamable HTTP or stdio, as the manifest has it. */
export function createLines(config: McpConnector, timeoutMs: number, resolve: Resolve): Lines {
  return 'command' in config ? programLines(config) : remoteLines(config, timeoutMs, resolve);
}

function remoteLines(config: McpRemote, timeoutMs: number, resolve: Resolve): Lines {
  const agent = new Agent({
    connect: createPinnedConnect({ allowPrivate: config.allowPrivate, timeoutMs, resolve }),
    // The call goes out on the connection on which the tool was looked at a moment ago: once it has begun there is no time to open one.
    pipelining: 1,
  });
  return {
    close: () => agent.destroy(),
    open({ secret, secrets, receipt, until }) {
      const built = headersOf(config, { secret, key: undefined, receipt, hasBody: false });
      if (!built.ok) return refuse(`the header ${built.unfit} would not be visible ASCII`, true);
      const { accept: _, ...headers } = built.headers;
      const wire = createToolWire({
        ...{ dispatcher: agent, headers, secrets, until },
        isWrite: receipt !== undefined,
      });
      const transport = new StreamableHTTPClientTransport(new URL(config.url), { fetch: wire.fetch });
      const line: ToolLine = {
        ...{ fate: wire, transport, address: config.url, negotiates: true },
        async close(client) {
          if (transport.sessionId !== undefined) await transport.terminateSession().catch(() => {});
          await client.close().catch(() => {});
        },
      };
      return { ok: true, line };
    },
  };
}

function programLines(config: McpProgram): Lines {
  const ending = new Set<Promise<void>>();
  const reap = (end: Promise<void>): void => {
    ending.add(end);
    void end.finally(() => ending.delete(end));
  };
  let closed = false;
  return {
    async close() {
      closed = true;
      await Promise.all(ending);
    },
    open({ receipt, ...calling }) {
      if (closed) return refuse('its connector is closed', false);
      const line = openProgramLine({ ...calling, config, isWrite: receipt !== undefined, reap });
      return { ok: true, line };
    },
  };
}

function refuse(why: string, permanent: boolean): Line {
  return { ok: false, answer: { kind: 'not_sent', why, permanent } };
}
