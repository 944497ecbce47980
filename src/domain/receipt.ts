import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Envelope, RenderedRequest } from './envelope.ts';
import { publicId } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Proposal } from './proposal.ts';
import type { SigningKey, VerifyingKey } from './signing-key.ts';

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
  const header = { alg: 'EdDSA', typ: 'countersign-receipt+jwt', kid: keyId(key) };
  const signed = `${encode(header)}.${encode(claimsOf(proposal, envelope, goodUntil, key.name))}`;
  return `${signed}.${key.sign(signed).toString('base64url')}`;
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

/** A key as JWKS holds it. */
export function jwkOf(key: Pick<VerifyingKey, 'raw'>): JsonObject {
  return { ...thumbed(key), kid: keyId(key), alg: 'EdDSA', use: 'sig' };
}

/** RFC 7638 */
function keyId(key: Pick<VerifyingKey, 'raw'>): string {
  return createHash('sha256')
    .update(JSON.stringify(thumbed(key)))
    .digest('base64url');
}

/** In the order that RFC 7638 hashes. */
function thumbed({ raw }: Pick<VerifyingKey, 'raw'>) {
  return { crv: 'Ed25519', kty: 'OKP', x: raw.toString('base64url') };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1_000);
}
