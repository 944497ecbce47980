import type { Post } from '../lifecycle/propose.ts';
import type { Read } from './answer.ts';
import { headerOf } from './authenticate.ts';
import type { Call } from './call.ts';
import { readJsonObject } from './json-body.ts';
import { LIMITS } from './limits.ts';
import { problem } from './problem.ts';
import { type ProposalBody, readProposalBody } from './proposal-body.ts';

/** What an agent posts, from its body and headers. */
export function readPost(call: Call): Read<Post> {
  const read = readJsonObject(call);
  if (!read.ok) return read;
  const body = readProposalBody(read.value);
  if (!body.ok) return body;
  const key = readKey(call, body.value);
  if (!key.ok) return key;
  const { action, input, reason, evidence, metadata } = body.value;
  return {
    ok: true,
    value: {
      ...{ action, input, reason, evidence, metadata },
      onBehalfOf: body.value.on_behalf_of,
      claimedImpact: body.value.claimed_impact,
      idempotencyKey: key.value,
      traceparent: readTraceparent(call),
    },
  };
}

function refuse<T>(name: Parameters<typeof problem>[0], detail: string): Read<T> {
  return { ok: false, refusal: problem(name, detail) };
}

/** The header or the field, else the webhook's id. */
function readKey(call: Call, body: ProposalBody): Read<string | null> {
  const header = call.headers['idempotency-key'];
  const field = body.idempotency_key;
  const webhook = headerOf(call.headers, 'webhook-id') || null;
  if (header === undefined) return { ok: true, value: field ?? webhook };
  if (typeof header !== 'string' || !/^[\x21-\x7e]+$/.test(header) || header.length > LIMITS.keyCharacters)
    return refuse(
      'bad-request',
      `Idempotency-Key is 1 to ${LIMITS.keyCharacters} characters of visible ASCII, without spaces.`,
    );
  if (field !== null && field !== header)
    return refuse('two-keys', 'Idempotency-Key and idempotency_key differ: send one of them.');
  // Who captured a signed request could send it again under a header of their own choice.
  if (call.signedId !== undefined && field === null && header !== call.signedId)
    return refuse(
      'two-keys',
      'A signature does not cover Idempotency-Key: leave it out, and webhook-id is the key, or send the field idempotency_key.',
    );
  return { ok: true, value: header };
}

/** Kept if it is well-formed; as W3C Trace Context has it, it is ignored else. */
function readTraceparent({ headers }: Call): string | null {
  const value = headerOf(headers, 'traceparent');
  return /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : null;
}
