import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Envelope, RenderedRequest } from './envelope.ts';
import { publicId } from './ids.ts';
import type { JsonObject } from './json.ts';
import { signJws } from './jws.ts';
import type { Proposal } from './proposal.ts';
import type { SigningKey } from './signing-key.ts';

/** The header of every write that leaves. */
export const RECEIPT_HEADER = 'countersign-receipt';

/**
 * Who approved what, until when: a compact JWS (EdDSA) that a system verifies with `/.well-known/jwks.json`, to refuse what nobody
 * approved. `write` is what it is good for: nothing else may be done in its name.
 */
export function signReceipt(
  proposal: Proposal,
  envelope: Envelope,
  goodUntil: Date,
  key: SigningKey,
): string {
  return signJws('countersign-receipt+jwt', claimsOf(proposal, envelope, goodUntil, key.name), key);
}

function claimsOf(proposal: Proposal, envelope: Envelope, goodUntil: Date, issuer: string): JsonObject {
  const decisions = proposal.decisions.filter((each) => each.round === envelope.round);
  const issuedAt = decisions.at(-1)?.at ?? proposal.createdAt;
  return {
    iss: issuer,
    sub: publicId(envelope.proposal),
    iat: seconds(issuedAt),
    exp: seconds(goodUntil),
    number: proposal.number,
    ...{ agent: envelope.agent, on_behalf_of: envelope.onBehalfOf, action: envelope.action },
    system: proposal.system,
    account: envelope.account,
    impact: envelope.impact && { ...envelope.impact },
    tier: { ...envelope.tier },
    policy: envelope.policy,
    digest: proposal.digest,
    idempotency_key: envelope.execution,
    decisions: decisions.map(({ stage, kind, by, at }) => ({
      ...{ stage, kind },
      by: { id: by.id, name: by.name },
      at: at.toISOString(),
    })),
    write: writeOf(envelope.request),
  };
}

/** A body by the hash of its bytes as they are sent, arguments by that of their RFC 8785 form. */
function writeOf(request: RenderedRequest): JsonObject {
  if ('method' in request) {
    const { method, path, body } = request;
    return { method, path, body: body === undefined ? null : sha256(JSON.stringify(body)) };
  }
  if ('tool' in request)
    return { tool: request.tool, arguments: sha256(canonicalize(request.arguments) ?? '') };
  if ('event' in request) return { event: request.event, data: sha256(canonicalize(request.data) ?? '') };
  return { instructions: sha256(request.instructions) };
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1_000);
}
