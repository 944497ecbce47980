import type { Json } from './json.ts';

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
}

/** A secret by reference; the value never stands in a manifest. */
export type SecretRef = { readonly env: string } | { readonly file: string };

/** One HTTP request as its manifest writes it; path and body hold `${{ … }}`. */
export interface RequestTemplate {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: Json | undefined;
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
  readonly request: RequestTemplate;
  readonly after: RequestTemplate | undefined;
  readonly tellAgent: readonly string[];
  readonly find: Find | undefined;
  readonly undo: Undo | undefined;
  readonly irreversible: string | undefined;
}

export interface HttpConnector {
  readonly type: 'http';
  readonly baseUrl: string;
  readonly allowPrivate: boolean;
  /** Values may hold `${secret}`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly idempotencyHeader: string | undefined;
}

export type ConnectorConfig = HttpConnector;

export interface System {
  readonly id: string;
  readonly title: string;
  readonly kind: 'system_of_record' | 'system_of_engagement';
  readonly onConflict: string;
  /** Scope name to the requests it covers: `GET /accounts/*`. */
  readonly read: Readonly<Record<string, readonly string[]>>;
  readonly write: Readonly<Record<string, readonly string[]>>;
  readonly owner: Who;
  readonly onCall: Who;
  readonly rollbackContact: Who;
  readonly credential: { readonly account: string; readonly secrets: readonly SecretRef[] };
  readonly connector: ConnectorConfig;
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
}

export interface Rate {
  readonly limit: number;
  readonly perMs: number;
}

export interface Tier {
  /** Minor units. The tier ends below (`below`) or at (`up_to`) it; none: no upper end. */
  readonly below: bigint | undefined;
  readonly upTo: bigint | undefined;
  readonly decide: 'agent' | 'human' | 'named';
  readonly approvers: readonly Who[];
  /** A channel's name, without `#`; the workflow's, unless the tier names its own. */
  readonly channel: string;
  readonly expiresMs: number;
  readonly executeWithinMs: number;
}

export interface Workflow {
  readonly id: string;
  readonly title: string;
  readonly actions: readonly string[];
  readonly owner: Who;
  readonly agreed: { readonly by: Who; readonly date: string };
  readonly channel: string;
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
