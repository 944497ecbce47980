import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Connector } from '../../src/connectors/connector.ts';
import { createMcpConnector } from '../../src/connectors/mcp.ts';
import type { McpConnector, McpProgram, McpRemote } from '../../src/domain/connector-config.ts';
import type { ToolCall } from '../../src/domain/envelope.ts';
import type { System } from '../../src/domain/manifest.ts';
import { type Loopback, startHttp } from './loopback.ts';

export const TOKEN = 'crm_live_77aa31bc';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

export interface ToolServer extends Loopback {
  /** The tools that were called, in order. */
  readonly calls: string[];
  /** What each was called with, as it came over the wire. */
  readonly given: unknown[];
  /** Methods of everything that came. */
  readonly methods: string[];
}

export interface ToolServerOptions {
  readonly version?: string;
  readonly statuses?: readonly [string, ...string[]];
  /** What a call of a tool is met with, instead of an answer. */
  readonly instead?: Answering | undefined;
  readonly result?: (authorization: string) => {
    structuredContent: Record<string, unknown>;
    isError?: boolean;
  };
}

/** A CRM behind a real MCP server of the SDK's, whose calls can be made to go wrong on the wire. */
export async function startToolServer(options: ToolServerOptions = {}): Promise<ToolServer> {
  const calls: string[] = [];
  const given: unknown[] = [];
  const methods: string[] = [];
  let authorization = '';
  const handler = toNodeHandler(createMcpHandler(() => serverOf(options, () => authorization)));
  const loopback = await startHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const message = text === '' ? undefined : JSON.parse(text);
      methods.push(message?.method ?? request.method ?? '');
      if (message?.method === 'tools/call') {
        calls.push(message.params.name);
        given.push(message.params.arguments);
        authorization = String(request.headers.authorization);
        if (options.instead) return options.instead(request, response);
      }
      void handler(
        Object.assign(request, { method: request.method ?? '', url: request.url ?? '' }),
        response,
        message,
      );
    });
  });
  return { ...loopback, calls, given, methods };
}

function serverOf(
  { version = '1.0.0', statuses = ['active', 'closed'], result }: ToolServerOptions,
  authorization: () => string,
) {
  const server = new McpServer({ name: 'crm', version });
  const answer = () => {
    const { structuredContent, isError } = result?.(authorization()) ?? {
      structuredContent: { id: '4471', status: 'active' },
    };
    return {
      content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }],
      structuredContent,
      isError: isError ?? false,
    };
  };
  server.registerTool('get_customer', { inputSchema: z.object({ id: z.string() }) }, answer);
  server.registerTool(
    'set_status',
    { inputSchema: z.object({ id: z.string(), status: z.enum(statuses) }) },
    answer,
  );
  return server;
}

/** A connector to it; only what matters is named. */
export function mcpSystem(
  url: string,
  overrides: Partial<McpRemote> = {},
  secrets: readonly string[] = [TOKEN],
): Connector {
  const config: McpRemote = {
    ...{ type: 'mcp', url, allowPrivate: true, timeoutMs: 5_000 },
    headers: { authorization: 'Bearer ${secret}' },
    ...overrides,
  };
  return mcpConnector(config, secrets);
}

const PROGRAM = fileURLToPath(new URL('program-server.ts', import.meta.url));

/** The same over stdio: the program of `program-server.ts`, with its arguments. */
export function programSystem(args: readonly string[], overrides: Partial<McpProgram> = {}): Connector {
  const config: McpProgram = {
    ...{ type: 'mcp', directory: undefined, timeoutMs: 10_000 },
    command: [process.execPath, PROGRAM, ...args],
    env: { CRM_TOKEN: '${secret}', CRM_REGION: 'eu' },
    ...overrides,
  };
  return mcpConnector(config, [TOKEN]);
}

function mcpConnector(config: McpConnector, secrets: readonly string[]): Connector {
  const who = { kind: 'email', email: 'dana@acme.test' } as const;
  const system: System = {
    ...{ id: 'crm', title: 'Customer records', kind: 'system_of_engagement', onConflict: '', actions: {} },
    ...{ owner: who, onCall: who, rollbackContact: who, connector: config, rate: undefined, closed: [] },
    read: { customers: ['get_customer'] },
    write: { status: ['set_status'], other: ['set_name'] },
    credential: {
      ...{ account: 'svc-crm', lastRotated: undefined, rotateEveryMs: undefined },
      secrets: secrets.map((_, index) => ({ file: String(index) })),
    },
  };
  return createMcpConnector({
    ...{ system, config },
    secretOf: (ref) => ('file' in ref && secrets[Number(ref.file)]) || '',
  });
}

export const getCustomer: ToolCall = { tool: 'get_customer', arguments: { id: '4471' } };
export const setStatus: ToolCall = { tool: 'set_status', arguments: { id: '4471', status: 'closed' } };

/** The write as it is approved: with the tool and the server as they are now. */
export async function pinned(connector: Connector, call: ToolCall = setStatus): Promise<ToolCall> {
  const answer = await connector.pin?.(call, 'status');
  if (answer?.kind !== 'answered') throw new Error(JSON.stringify(answer));
  const { server, schema } = answer.body as { server: string; schema: string };
  return { ...call, pin: { server, schema } };
}
