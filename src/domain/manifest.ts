import type { BusinessHours } from './clock.ts';
import type { ConnectorConfig, DayWindow, RequestTemplate } from './connector-config.ts';
import { DRILL_WORKFLOW, liveNameOf } from './drill-names.ts';
import type { Json, JsonObject } from './json.ts';
import type { PersonalFields } from './personal-fields.ts';

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
  /** When people are reminded; paging waits for nothing. Undefined: at any hour. */
  readonly businessHours: BusinessHours | undefined;
  readonly operators: readonly Who[];
  /** Each list is one human, with several addresses or accounts: what one of them decides, all have decided. */
  readonly samePerson?: readonly (readonly Who[])[];
  /** A channel's name, without `#`. */
  readonly alerts: string;
  readonly auditReaders: 'everyone' | readonly Who[];
  /** What can't be undone is decided at least by a human (or a named one), whatever a workflow says. */
  readonly floor: { readonly irreversible: 'human' | 'named' } | undefined;
  /** A rollback drill older than this is red on the checklist. */
  readonly drillEveryMs?: number | undefined;
  /** Who may act through the CLI, each proved by a key of their own. */
  readonly cli: readonly PersonKey[];
}

export interface PersonKey {
  /** Never a group. */
  readonly person: Who;
  /** One, or two while it is rotated; the new one first. */
  readonly keys: readonly SecretRef[];
}

/** A secret by reference; the value never stands in a manifest. */
export type SecretRef = { readonly env: string } | { readonly file: string };

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
  /** How long after the write there is a way back, in milliseconds; undefined: for good. */
  readonly withinMs: number | undefined;
  /** What stays behind when it is undone (a credit note, say); undefined: nothing. */
  readonly leaves: string | undefined;
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
  /** Fields of the input that who decides may change; it is judged again. */
  readonly editable: readonly string[];
  /** Those that are personal, and how they are told. */
  readonly fields: PersonalFields;
  readonly find: Find | undefined;
  readonly undo: Undo | undefined;
  readonly irreversible: string | undefined;
}

export interface Credential {
  readonly account: string;
  /** One, or two while it is rotated; the new one first. */
  readonly secrets: readonly SecretRef[];
  /** `2026-10-01` */
  readonly lastRotated: string | undefined;
  readonly rotateEveryMs: number | undefined;
  /** A read, and what its answer must say of the credential: whose it is, and that it may no more than it should. */
  readonly prove?: { readonly request: RequestTemplate; readonly that: string } | undefined;
}

/** Takes PagerDuty's Events v2. */
export interface Pager {
  readonly url: string;
  /** Its `routing_key`; undefined where the address says it all. */
  readonly key: SecretRef | undefined;
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
  /** Where the on-call's pager takes events; undefined: they are paged in Slack alone. */
  readonly pager?: Pager | undefined;
  readonly rollbackContact: Who;
  /** Undefined only where nothing is sent and nothing collected: a person writes with their own. */
  readonly credential: Credential | undefined;
  readonly connector: ConnectorConfig;
  /** What it may be asked at most, by all processes together. */
  readonly rate: Rate | undefined;
  /** When nothing is written. */
  readonly closed: readonly DayWindow[];
  readonly actions: Readonly<Record<string, Action>>;
  /** Where its way back is rehearsed; undefined: nowhere. */
  readonly sandbox?: Sandbox | undefined;
}

/** A system's double, with books and a credential of its own. */
export interface Sandbox {
  /** The system with the sandbox's address and credential; it is called `billing~sandbox`, which no manifest can say. */
  readonly system: System;
  /** Asked before a drill's first write, so that each begins with the same books; undefined: nothing sets it back. */
  readonly reset: RequestTemplate | undefined;
  /** What a drill writes there, by action. */
  readonly drill: Readonly<Record<string, DrilledAction>>;
}

export interface DrilledAction {
  /** A template; `n` counts the drill's writes from 0. */
  readonly input: JsonObject;
  /** What somebody else's hand does to the record; undefined only of what can't be undone. */
  readonly edit: RequestTemplate | undefined;
  /** How many of a drill's writes are of this action, in proportion to the others. */
  readonly weight: number;
}

export interface Agent {
  readonly id: string;
  readonly title: string;
  readonly owner: Who;
  /** One, or two while a key is rotated; the new one first. */
  readonly keys: readonly SecretRef[];
  /** Undefined: nobody has said when the key was made and how long it is good. */
  readonly keyRotation?: { readonly lastRotated: string; readonly everyMs: number } | undefined;
  /** CIDRs; empty: from anywhere. */
  readonly allowFrom: readonly string[];
  /** `system.action` */
  readonly may: readonly string[];
  readonly rate: Rate | undefined;
  readonly maxPending: number | undefined;
  /** It has to say for whom it asks; whoever that is may not decide. */
  readonly needsBehalf?: boolean;
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
  /** For whom of those who are away somebody may decide: only who could decide it themselves, or anybody who is asked. */
  readonly delegates: 'same_tier' | 'any';
  /** A channel's name, without `#`; the workflow's, unless the tier names its own. */
  readonly channel: string;
  readonly expiresMs: number;
  readonly executeWithinMs: number;
  /** By when somebody should have decided; undefined: nobody is reminded. */
  readonly slaMs: number | undefined;
  /** What happens while nobody decides, from when it was judged; ascending. */
  readonly escalate: readonly EscalationStep[];
  /** What the SLA and the steps are counted in. */
  readonly clock: 'calendar' | 'business';
}

export interface EscalationStep {
  readonly afterMs: number;
  readonly remind: boolean;
  /** They may decide from then on, and are told directly. */
  readonly add: readonly Who[];
  /** Whatever the hour, and through the pager. */
  readonly page: boolean;
}

/** A second human, never the first. */
export interface Review {
  readonly by: readonly Who[];
  readonly withinMs: number;
  /** `auto`: before the write where it can't be undone in the review's time, after it otherwise. */
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
  /** Nothing real is written by it: the organisation's floor is not for it. */
  readonly isDrill?: true;
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

/** Finds `billing.refund` with its system and its workflow, and `billing~sandbox.refund` with its sandbox and the drill's. */
export function findAction(manifests: Manifests, name: string): OfferedAction | undefined {
  const [systemId = '', actionId = '', ...rest] = name.split('.');
  const live = liveNameOf(systemId);
  const system = live === undefined ? manifests.systems[systemId] : manifests.systems[live]?.sandbox?.system;
  const action = system?.actions[actionId];
  const workflow =
    live === undefined
      ? Object.values(manifests.workflows).find((each) => each.actions.includes(name))
      : DRILL_WORKFLOW;
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
