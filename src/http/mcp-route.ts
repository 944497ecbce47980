import {
  type CallToolResult,
  createMcpHandler,
  ProtocolError,
  ProtocolErrorCode,
  Server,
} from '@modelcontextprotocol/server';
import { isObject, type JsonObject } from '../domain/json.ts';
import { nearest } from '../domain/nearest.ts';
import { actionViews } from './action-view.ts';
import { type Answer, json } from './answer.ts';
import { postAnswer } from './answer-route.ts';
import type { Call } from './call.ts';
import type { Desk } from './door-options.ts';
import { type DoorTool, type ToolActs, toolsOf } from './mcp-tools.ts';
import { problem } from './problem.ts';
import { getProposal, postWithdraw } from './proposal-routes.ts';
import { postProposal } from './propose-route.ts';
import { readStrictJson } from './strict-json.ts';

const INSTRUCTIONS =
  'You may propose what your tools are named after; people decide, and only what they approve is written. After proposing, wait_for_decision until it is decided, read `next`, answer the questions that people ask, and never propose the same thing twice.';

/** How long a proposal's answer waits for the system of record to be read, in seconds. */
const JUDGED_WITHIN = 5;

/**
 * `POST /mcp`: MCP over streamable HTTP, stateless. Every tool ends in a route of this door, with the same limits and refusals; none
 * decides.
 */
export async function postMcp(desk: Desk, call: Call): Promise<Answer> {
  // A signed request could be replayed here, where not every tool has a key that tells it.
  if (call.signedId !== undefined)
    return problem('unproved', 'MCP takes Authorization: Bearer <key>, no signature.');
  const body = readStrictJson(call.body);
  if (!body.ok) return parseError(body.why);
  const tools = toolsOf(desk.context.manifests, call.agent, actsOf(desk, call));
  const handler = createMcpHandler(() => serverOf(tools), {
    // Nothing that it could be told of changes while a process runs.
    maxSubscriptions: 0,
    keepAliveMs: 0,
  });
  const response = await handler.fetch(requestOf(call), { parsedBody: body.value });
  const text = await response.text();
  await handler.close();
  return {
    status: response.status,
    headers: Object.fromEntries(
      [...response.headers].filter(([name]) => name === 'content-type' || name.startsWith('mcp-')),
    ),
    body: text === '' ? undefined : text,
  };
}

function requestOf({ headers, body, gone }: Call): Request {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && /^(accept|content-type|mcp-.+)$/.test(name) ? [[name, value]] : [],
  );
  return new Request('http://countersign/mcp', {
    method: 'POST',
    headers: kept,
    body: new Uint8Array(body),
    signal: gone,
  });
}

function parseError(why: string): Answer {
  const message = `The body can't be read: ${why}.`;
  return json(400, { jsonrpc: '2.0', id: null, error: { code: -32_700, message } });
}

/** A server of one request. */
function serverOf(tools: readonly DoorTool[]): Server {
  const server = new Server(
    { name: 'countersign', title: 'Countersign', version: '1' },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler('tools/list', () => ({
    tools: tools.map(({ name, title, description, inputSchema, readOnly }) => ({
      ...{ name, title, description, inputSchema },
      annotations: { readOnlyHint: readOnly, destructiveHint: false, openWorldHint: false },
    })),
  }));
  server.setRequestHandler('tools/call', async ({ params }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) throw noSuchTool(params.name, tools);
    const args: unknown = params.arguments ?? {};
    if (!isJsonObject(args))
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'arguments is no object');
    return resultOf(tool, await tool.run(args));
  });
  return server;
}

/** It came out of the strict reader, which makes nothing else. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noSuchTool(asked: string, tools: readonly DoorTool[]): ProtocolError {
  const meant = nearest(
    asked.slice(0, 100),
    tools.map(({ name }) => name),
  );
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `There is no tool of this name${meant ? `; did you mean ${meant}?` : ''}`,
  );
}

const OPEN = ['received', 'pending', 'in_review'];

function resultOf({ name }: DoorTool, { status, body }: Answer): CallToolResult {
  const value: unknown = body ?? {};
  const found = isJsonObject(value) ? value : {};
  const waits = name === 'wait_for_decision' && OPEN.some((state) => state === found.state);
  const text = JSON.stringify(found);
  return {
    content: [
      ...(waits ? [{ type: 'text' as const, text: 'Still pending: call wait_for_decision again.' }] : []),
      { type: 'text', text },
    ],
    structuredContent: found,
    ...(status >= 400 ? { isError: true } : {}),
  };
}

/** The routes, called as if each had come by itself. */
function actsOf(desk: Desk, call: Call): ToolActs {
  const traceparent = traceOf(call);
  const as = (
    params: Record<string, string>,
    query: Record<string, string> = {},
    body?: JsonObject,
  ): Call => ({
    ...call,
    params,
    query: new URLSearchParams(query),
    headers: { 'content-type': 'application/json', ...(traceparent ? { traceparent } : {}) },
    body: Buffer.from(body ? JSON.stringify(body) : '', 'utf8'),
  });
  return {
    propose: (body) => postProposal(desk, as({}, { wait: String(JUDGED_WITHIN) }, body)),
    listActions: async () => json(200, { actions: actionViews(desk.context.manifests, call.agent) }),
    getProposal: (id) => getProposal(desk, as({ id })),
    wait: (id, seconds, until) => getProposal(desk, as({ id }, { wait: String(seconds), until })),
    withdraw: (id) => postWithdraw(desk, as({ id })),
    answer: (id, qid, text) => postAnswer(desk, as({ id, qid }, {}, { text })),
  };
}

function traceOf({ headers, body }: Call): string | undefined {
  if (typeof headers.traceparent === 'string') return headers.traceparent;
  const read = readStrictJson(body);
  const params = read.ok && isObject(read.value) ? read.value.params : undefined;
  const meta = isObject(params) && isObject(params._meta) ? params._meta.traceparent : undefined;
  return typeof meta === 'string' ? meta : undefined;
}
