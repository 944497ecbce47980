import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json, JsonObject } from './json.ts';

/** What will be done, but for the credential. */
export type RenderedRequest = HttpRequest | ToolCall | QueuedEvent | HandWork;

export interface HttpRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly body: Json | undefined;
}

export interface ToolCall {
  readonly tool: string;
  readonly arguments: JsonObject;
  /** The server and the tool as they were when it was judged; another tool of the name is not what was approved. */
  readonly pin?: ToolPin;
}

export interface ToolPin {
  /** Name and version, as the server gives them, and its address. */
  readonly server: string;
  /** `sha256:…` of its input schema. */
  readonly schema: string;
}

export interface QueuedEvent {
  readonly event: string;
  readonly data: JsonObject;
}

interface HandWork {
  readonly instructions: string;
}

/** Everything that was shown and will be done, in one round of asking. What is not in here is not sent. */
export interface Envelope {
  readonly proposal: string;
  readonly round: number;
  /** The execution's id, and the idempotency key of its write. */
  readonly execution: string;
  readonly agent: string;
  readonly onBehalfOf: string | null;
  readonly action: string;
  readonly account: string;
  readonly input: JsonObject;
  readonly summary: string;
  readonly impact: { readonly amount: string; readonly currency: string } | null;
  readonly tier: { readonly workflow: string; readonly index: number; readonly decide: string };
  readonly policy: string;
  readonly reversible: boolean;
  /** The record as it was shown: the fields of the action's `show`. */
  readonly shown: JsonObject;
  readonly request: RenderedRequest;
  readonly executeWithinMs: number;
  /** Where something in here is personal: without it nobody can try what the digest was made of, once this is erased. */
  readonly salt?: string;
}

/** RFC 8785 bytes: the same envelope always has the same bytes, and other content has others. */
export function encodeEnvelope(envelope: Envelope): Buffer {
  return Buffer.from(canonicalize(envelope) ?? '', 'utf8');
}

export function decodeEnvelope(bytes: Uint8Array): Envelope {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Envelope;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${hash('sha256', bytes, 'hex')}`;
}
