import { createHash } from 'node:crypto';
import {
  Client,
  ProtocolError,
  ProtocolErrorCode,
  type Tool,
  type Transport,
} from '@modelcontextprotocol/client';
import type { ToolCall, ToolPin } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';
import { canonicalText, isObject, type Json } from '../domain/json.ts';
import { RECEIPT_HEADER } from '../domain/receipt.ts';
import type { CallFate } from './call-fate.ts';

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

/** How a server is spoken to. */
export interface ToolLine {
  readonly fate: CallFate;
  readonly transport: Transport;
  /** Where the server is, for its pin. */
  readonly address: string;
  /** Whether the newer way to begin is offered to it. */
  readonly negotiates: boolean;
  close(client: Client): Promise<void>;
}

/** Each call has a session of its own, so that the tool is looked at just before it is called. */
export async function openSession(line: ToolLine, name: string, receipt?: string): Promise<Opened> {
  const { fate, transport, address, negotiates } = line;
  const client = new Client(
    { name: 'countersign', version: '1' },
    { listMaxPages: 20, ...(negotiates ? { versionNegotiation: { mode: 'auto' } } : {}) },
  );
  const close = () => line.close(client);
  try {
    await client.connect(transport, { timeout: fate.patienceMs() });
    const { tools } = await client.listTools({}, { timeout: fate.patienceMs(), cacheMode: 'bypass' });
    const tool = tools.find((each) => each.name === name);
    if (!tool) {
      await close();
      return { ok: false, answer: { kind: 'not_sent', why: `it has no tool ${name}`, permanent: true } };
    }
    const server = client.getServerVersion();
    const pin: ToolPin = {
      server: `${server?.name ?? 'unnamed'} ${server?.version ?? ''} at ${address}`,
      schema: schemaOf(tool),
    };
    const meta = receipt === undefined ? {} : { _meta: { [RECEIPT_HEADER]: receipt } };
    const call: ToolSession['call'] = (request, leaveBy) =>
      callTool(client, fate, tool, { ...request, ...meta }, leaveBy);
    return { ok: true, session: { tool, pin, close, call } };
  } catch {
    await close();
    return { ok: false, answer: await fate.beforeTheCall() };
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
  fate: CallFate,
  tool: Tool,
  { tool: name, arguments: given, _meta }: ToolCall & { readonly _meta?: Record<string, string> },
  leaveBy = Number.POSITIVE_INFINITY,
): Promise<Answer> {
  fate.leaveBy(leaveBy);
  // What it says of its own results is not checked: a write that happened has happened, whatever its answer looks like.
  const { outputSchema: _, ...toolDefinition } = tool;
  try {
    const result = await client.callTool(
      { name, arguments: given, ...(_meta ? { _meta } : {}) },
      { timeout: fate.patienceMs(), toolDefinition },
    );
    const body = fate.clean(recordOf(result));
    return result.isError === true ? fate.saidNo(body) : fate.answered(200, body);
  } catch (error) {
    if (error instanceof ProtocolError && error.code !== ProtocolErrorCode.InternalError)
      return fate.answered(422, null);
    return fate.afterTheCall();
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
