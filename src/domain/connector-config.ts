import type { Json, JsonObject } from './json.ts';

/** What a system is asked, as its manifest writes it; each kind of connector has its own, and all hold `${{ … }}`. */
export type RequestTemplate = HttpTemplate | ToolTemplate | EventTemplate | HandTemplate;

interface HttpTemplate {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: Json | undefined;
}

/** A call of an MCP server's tool. */
interface ToolTemplate {
  readonly tool: string;
  readonly arguments: JsonObject;
}

/** An event that a system collects; `event` is its CloudEvents type. */
interface EventTemplate {
  readonly event: string;
  readonly data: JsonObject;
}

/** What a person does by hand. */
interface HandTemplate {
  readonly instructions: string;
}

interface Remote {
  readonly allowPrivate: boolean;
  /** Values may hold `${secret}`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface HttpConnector extends Remote {
  readonly type: 'http';
  readonly baseUrl: string;
  readonly idempotencyHeader: string | undefined;
}

/** The protocol has no idempotency key. */
export type McpConnector = McpRemote | McpProgram;

/** Over streamable HTTP. */
export interface McpRemote extends Remote {
  readonly type: 'mcp';
  readonly url: string;
}

/** Over stdio: a program on this machine, started for each call. */
export interface McpProgram {
  readonly type: 'mcp';
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  /** Undefined: where the server runs. */
  readonly directory: string | undefined;
  /** All that it gets to know of our environment besides PATH and the like. Values may hold `${secret}`. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The system collects its writes itself. */
export interface QueueConnector {
  readonly type: 'queue';
  /** How long it has to acknowledge what it collected. */
  readonly leaseMs: number;
}

/** A person writes. */
export interface ManualConnector {
  readonly type: 'manual';
  /** `2027-02-20`: until then it is meant to be so. */
  readonly until: string;
  /** How the system is read, where it can be. */
  readonly reads: HttpConnector | McpConnector | undefined;
}

export type ConnectorConfig = HttpConnector | McpConnector | QueueConnector | ManualConnector;

/** How a system is reached to be read; undefined: it can't be. */
export function readsThrough(connector: ConnectorConfig): HttpConnector | McpConnector | undefined {
  switch (connector.type) {
    case 'http':
    case 'mcp':
      return connector;
    case 'manual':
      return connector.reads;
    case 'queue':
      return undefined;
  }
}

/** Whether the system writes only once what comes to it twice under one key. */
export function deduplicates(connector: ConnectorConfig): boolean {
  return (
    connector.type === 'queue' || (connector.type === 'http' && connector.idempotencyHeader !== undefined)
  );
}

/** A time of every day in the organisation's zone, `03:00` to `04:30`; over midnight where `to` is the earlier. */
export interface DayWindow {
  readonly from: string;
  readonly to: string;
}
