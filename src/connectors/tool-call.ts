import { createHash } from 'node:crypto';
import {
  Client,
  ProtocolError,
  ProtocolErrorCode,
  StreamableHTTPClientTransport,
  type Tool,
} from '@modelcontextprotocol/client';
import type { ToolCall, ToolPin } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';
import { canonicalText, isObject, type Json } from '../domain/json.ts';
import type { ToolWire } from './tool-wire.ts';

/** A server that was asked what it offers. Nothing that changes anything has been sent to it. */
export interface ToolSession {
  readonly tool: Tool;
  readonly pin: ToolPin;
  /** Calls the tool, once. */
  call(request: ToolCall, leaveBy?: number): Promise<Answer>;
  close(): Promise<void>;
}

export type Opened =
  | { readonly ok: true; readonly session: ToolSession }
  | { readonly ok: false; readonly answer: Answer };

/** Each call has a session of its own, so that the tool is looked at just before it is called. */
export async function openSession(url: string, wire: ToolWire, name: string): Promise<Opened> {
  const client = new Client(
    { name: 'countersign', version: '1' },
    { versionNegotiation: { mode: 'auto' }, listMaxPages: 20 },
  );
  const transport = new StreamableHTTPClientTransport(new URL(url), { fetch: wire.fetch });
  const close = async (): Promise<void> => {
    if (transport.sessionId !== undefined) await transport.terminateSession().catch(() => {});
    await client.close().catch(() => {});
  };
  try {
    await client.connect(transport, { timeout: wire.patienceMs() });
    const { tools } = await client.listTools({}, { timeout: wire.patienceMs(), cacheMode: 'bypass' });
    const tool = tools.find((each) => each.name === name);
    if (!tool) {
      await close();
      return { ok: false, answer: { kind: 'not_sent', why: `it has no tool ${name}`, permanent: true } };
    }
    const server = client.getServerVersion();
    const pin: ToolPin = {
      server: `${server?.name ?? 'unnamed'} ${server?.version ?? ''} at ${url}`,
      schema: schemaOf(tool),
    };
    return {
      ok: true,
      session: {
        tool,
        pin,
        close,
        call: (request, leaveBy) => callTool(client, wire, tool, request, leaveBy),
      },
    };
  } catch {
    await close();
    return { ok: false, answer: await wire.beforeTheCall() };
  }
}

function schemaOf(tool: Tool): string {
  return `sha256:${createHash('sha256')
    .update(canonicalText(jsonOf(tool.inputSchema)))
    .digest('hex')}`;
}

function jsonOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

async function callTool(
  client: Client,
  wire: ToolWire,
  tool: Tool,
  request: ToolCall,
  leaveBy = Number.POSITIVE_INFINITY,
): Promise<Answer> {
  wire.leaveBy(leaveBy);
  // What it says of its own results is not checked: a write that happened has happened, whatever its answer looks like.
  const { outputSchema: _, ...toolDefinition } = tool;
  try {
    const result = await client.callTool(
      { name: request.tool, arguments: request.arguments },
      { timeout: wire.patienceMs(), toolDefinition },
    );
    const body = wire.clean(recordOf(result));
    return result.isError === true ? wire.saidNo(body) : wire.answered(200, body);
  } catch (error) {
    if (error instanceof ProtocolError && error.code !== ProtocolErrorCode.InternalError)
      return wire.answered(422, null);
    return wire.afterTheCall();
  }
}

/** The structured result; of a server that gives none, the JSON of its only text. */
function recordOf(result: { structuredContent?: unknown; content?: unknown }): Json {
  if (isObject(result.structuredContent)) return jsonOf(result.structuredContent);
  const [only, more] = Array.isArray(result.content) ? result.content : [];
  const text = !more && isObject(only) && typeof only.text === 'string' ? only.text : undefined;
  if (text === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : { text };
  } catch {
    return { text };
  }
}
