import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Agent } from '../domain/manifest.ts';
import { signWebhook } from '../domain/standard-webhook.ts';
import { type AgentKey, sha256 } from './agent-keys.ts';
import { LIMITS } from './limits.ts';

/** Who proved a request to be theirs, and how far the proof reaches. */
export interface Proof {
  readonly agent: Agent;
  /** The `webhook-id`, under a signature: it covers that, the time and the body, but neither address nor other headers. */
  readonly signedId: string | undefined;
}

/** The agent whose key the `Authorization` header holds. Every key is compared, whichever matches. */
export function proveBearer(keys: readonly AgentKey[], authorization: string): Proof | undefined {
  const token = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
  const given = sha256(token ?? '');
  let found: Agent | undefined;
  for (const key of keys) if (timingSafeEqual(key.bearer, given)) found = key.agent;
  return token !== undefined && found ? { agent: found, signedId: undefined } : undefined;
}

/**
 * The agent whose key signed these very bytes (Standard Webhooks: HMAC-SHA256 of `id.timestamp.body`). A full stop in the id is
 * refused: it would let two requests share a signature.
 */
export function proveSignature(
  keys: readonly AgentKey[],
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  now: Date,
): Proof | undefined {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const name = headerOf(headers, 'countersign-agent');
  if (!isWebhookId(id) || !/^[1-9]\d{0,11}$/.test(timestamp)) return undefined;
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > LIMITS.signatureAgeSeconds) return undefined;
  const given = headerOf(headers, 'webhook-signature').split(' ');
  if (given.length > LIMITS.signatures) return undefined;
  let found: Agent | undefined;
  for (const key of keys.filter((each) => each.agent.id === name)) {
    const wanted = sha256(signWebhook(key.signing, { id, timestamp, body }));
    for (const each of given) if (timingSafeEqual(wanted, sha256(each))) found = key.agent;
  }
  return found && { agent: found, signedId: id };
}

export function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** Visible ASCII of a bounded length, without a full stop. */
function isWebhookId(text: string): boolean {
  return /^[\x21-\x2d\x2f-\x7e]+$/.test(text) && text.length <= LIMITS.keyCharacters;
}
