import type { Json, JsonObject } from './json.ts';

/** Somebody a manifest names: a person by e-mail or Slack id, or a Slack user group by its handle. */
export type Who =
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'group'; readonly handle: string };

export interface Organisation {
  readonly name: string;
  readonly currency: string;
  /** IANA name. */
  readonly timezone: string;
  readonly operators: readonly Who[];
  /** A channel's name, without `#`. */
  readonly alerts: string;
  readonly auditReaders: 'everyone' | readonly Who[];
  /** What can't be undone is decided at least by a human (or a named one), whatever a workflow says. */
  readonly floor: { readonly irreversible: 'human' | 'named' } | undefined;
}

/** A secret by reference; the value never stands in a manifest. */
export type SecretRef = { readonly env: string } | { readonly file: string };

/** What a system is asked, as its manifest writes it; each kind of connector has its own, and all hold `${{ … }}`. */
export type RequestTemplate = HttpTemplate | ToolTemplate | EventTemplate | HandTemplate;

export interface HttpTemplate {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: Json | undefined;
}

/** A call of an MCP server's tool. */
export interface ToolTemplate {
  readonly tool: string;
  readonly arguments: JsonObject;
}

/** An event that a system collects; `event` is its CloudEvents type. */
export interface EventTemplate {
  readonly event: string;
  readonly data: JsonObject;
}

/** What a person does by hand. */
export interface HandTemplate {
  readonly instructions: string;
}

export interface Requirement {
  readonly that: string;
  /** A template. */
  readonly otherwise: string;
}

export interface Find {
  readonly request: RequestTemplate;
  readonly happened: string;
  readonly absent: string;
  readonly settleMs: number;
}

export interface Undo {
  readonly read: RequestTemplate | undefined;
  readonly onlyIf: string | undefined;
  readonly request: RequestTemplate;
}

export interface Action {
  readonly id: string;
  readonly title: string;
  /** A key of the system's `write`. */
  readonly scope: string;
  /** JSON Schema 2020-12. */
  readonly input: Json;
  readonly account: string;
  readonly impact: string;
  readonly summary: string;
  readonly before: RequestTemplate | undefined;
  readonly show: readonly string[];
  readonly require: readonly Requirement[];
  /** An expression whose value must be the same when it is written as when it was judged. */
  readonly unchanged: string | undefined;
  readonly request: RequestTemplate;
  readonly after: RequestTemplate | undefined;
  readonly tellAgent: readonly string[];
  readonly find: Find | undefined;
  readonly undo: Undo | undefined;
  readonly irreversible: string | undefined;
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

/** Streamable HTTP. The protocol has no idempotency key. */
export interface McpConnector extends Remote {
  readonly type: 'mcp';
  readonly url: string;
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

export interface Credential {
  readonly account: string;
  /** One, or two while it is rotated; the new one first. */
  readonly secrets: readonly SecretRef[];
  /** `2026-10-01` */
  readonly lastRotated: string | undefined;
  readonly rotateEveryMs: number | undefined;
}

export interface System {
  readonly id: string;
  readonly title: string;
  /** A last resort is written by hand only, and what it says decides nothing. */
  readonly kind: 'system_of_record' | 'system_of_engagement' | 'last_resort';
  readonly onConflict: string;
  /** Scope name to what it covers: `GET /accounts/*`, a tool, an event type, or `by hand`. */
  readonly read: Readonly<Record<string, readonly string[]>>;
  readonly write: Readonly<Record<string, readonly string[]>>;
  readonly owner: Who;
  readonly onCall: Who;
  readonly rollbackContact: Who;
  /** Undefined only where nothing is sent and nothing collected: a person writes with their own. */
  readonly credential: Credential | undefined;
  readonly connector: ConnectorConfig;
  /** What it may be asked at most, by all processes together. */
  readonly rate: Rate | undefined;
  /** When nothing is written. */
  readonly closed: readonly DayWindow[];
  readonly actions: Readonly<Record<string, Action>>;
}

export interface Agent {
  readonly id: string;
  readonly title: string;
  readonly owner: Who;
  /** One, or two while a key is rotated; the new one first. */
  readonly keys: readonly SecretRef[];
  /** CIDRs; empty: from anywhere. */
  readonly allowFrom: readonly string[];
  /** `system.action` */
  readonly may: readonly string[];
  readonly rate: Rate | undefined;
  readonly maxPending: number | undefined;
  /** Where it is told what becomes of its proposals; undefined: nowhere. */
  readonly callback: { readonly url: string; readonly allowPrivate: boolean } | undefined;
}

export interface Rate {
  readonly limit: number;
  readonly perMs: number;
}

export interface Tier {
  /** Minor units. The tier ends below (`below`) or at (`up_to`) it; none: no upper end. */
  readonly below: bigint | undefined;
  readonly upTo: bigint | undefined;
  /** A condition on the input; the tier fits only while it holds. */
  readonly when: string | undefined;
  readonly decide: 'agent' | 'human' | 'named';
  readonly approvers: readonly Who[];
  /** How many different people have to approve; one rejection settles. */
  readonly approvals: number;
  readonly confirm: 'none' | 'dialog' | 'type';
  /** Between the last signature and the write: **Take back**. */
  readonly holdMs: number;
  readonly review: Review | undefined;
  /** How those are told who may decide; undefined: people directly, groups by a mention in the channel. */
  readonly notify: 'dm' | 'mention' | 'none' | undefined;
  /** A channel's name, without `#`; the workflow's, unless the tier names its own. */
  readonly channel: string;
  readonly expiresMs: number;
  readonly executeWithinMs: number;
}

/** A second human, never the first. */
export interface Review {
  readonly by: readonly Who[];
  readonly withinMs: number;
  /** `auto`: before the write where it can't be undone, after it otherwise. */
  readonly timing: 'auto' | 'before' | 'after';
}

/** What agents may decide alone, in minor units over rolling windows; past it the next tier decides. */
export interface Budget {
  readonly perAccount: Allowance | undefined;
  readonly perAgent: Allowance | undefined;
}

export interface Allowance {
  readonly minor: bigint;
  readonly withinMs: number;
}

export interface Workflow {
  readonly id: string;
  readonly title: string;
  readonly actions: readonly string[];
  readonly owner: Who;
  readonly agreed: { readonly by: Who; readonly date: string };
  readonly channel: string;
  readonly budget: Budget | undefined;
  /** The tier is picked by the sum with what was proposed before. */
  readonly cumulative: { readonly per: 'account' | 'agent'; readonly withinMs: number } | undefined;
  readonly tiers: readonly Tier[];
}

/** All that was loaded from one directory, checked and frozen. */
export interface Manifests {
  /** `sha256:…` of the files: the policy's version, kept with everything it judged. */
  readonly digest: string;
  /** File name to text, as read: what the database keeps of this version. */
  readonly files: Readonly<Record<string, string>>;
  readonly organisation: Organisation;
  readonly systems: Readonly<Record<string, System>>;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly workflows: Readonly<Record<string, Workflow>>;
}

export interface OfferedAction {
  readonly name: string;
  readonly system: System;
  readonly action: Action;
  readonly workflow: Workflow;
}

/** Finds `billing.refund` with its system and its workflow. */
export function findAction(manifests: Manifests, name: string): OfferedAction | undefined {
  const [systemId = '', actionId = '', ...rest] = name.split('.');
  const system = manifests.systems[systemId];
  const action = system?.actions[actionId];
  const workflow = Object.values(manifests.workflows).find((each) => each.actions.includes(name));
  if (!system || !action || !workflow || rest.length > 0) return undefined;
  return { name, system, action, workflow };
}

export function describeWho(who: Who): string {
  switch (who.kind) {
    case 'email':
      return who.email;
    case 'id':
      return who.id;
    case 'group':
      return `@${who.handle}`;
  }
}
