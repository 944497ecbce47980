import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe } from 'vitest';
import { type Behaviour, describesConnector, type Scene } from '../../support/connector-conformance.ts';
import { closedPort } from '../../support/loopback.ts';
import {
  getCustomer,
  mcpSystem,
  pinned,
  setStatus,
  startToolServer,
  TOKEN,
  type ToolServerOptions,
} from '../../support/mcp-system.ts';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

const instead: Partial<Record<Behaviour, Answering>> = {
  silent: () => {},
  hangs_up: (request) => request.socket.resetAndDestroy(),
  floods: (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  },
  drips: (_, response) => {
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  },
  babbles: (_, response) => response.end('<html>Sign in'),
};

const common = { look: getCustomer, scope: 'status', otherScope: 'other', secret: TOKEN };

async function open(options: ToolServerOptions, timeoutMs: number): Promise<Scene> {
  const system = await startToolServer(options);
  const connector = mcpSystem(system.url, { timeoutMs });
  const patient = mcpSystem(system.url);
  const write = await pinned(patient);
  await patient.close();
  return {
    ...{ ...common, connector, write, close: system.close },
    received: () => system.calls.map(() => undefined),
  };
}

describe('call a system through its MCP server', () => {
  const broken = Object.entries(instead).map(([behaviour, answer]) => [
    behaviour,
    (timeoutMs: number) => open({ instead: answer }, timeoutMs),
  ]);
  describesConnector({
    keyless: true,
    open: {
      ...Object.fromEntries(broken),
      works: (timeoutMs: number) => open({}, timeoutMs),
      reflects: (timeoutMs: number) =>
        open(
          { result: (authorization) => ({ structuredContent: { [`key ${TOKEN}`]: [authorization] } }) },
          timeoutMs,
        ),
      away: async (timeoutMs: number) => ({
        ...common,
        connector: mcpSystem(`http://127.0.0.1:${await closedPort()}`, { timeoutMs }),
        write: setStatus,
        received: () => [],
        close: async () => {},
      }),
    },
  });
});
