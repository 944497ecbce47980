import { createHash } from 'node:crypto';
import type { JsonObject } from './json.ts';
import type { SigningKey, VerifyingKey } from './signing-key.ts';

/** A compact JWS (EdDSA), which any JOSE library verifies with `/.well-known/jwks.json`, offline. */
export function signJws(typ: string, claims: JsonObject, key: SigningKey): string {
  const signed = `${encode({ alg: 'EdDSA', typ, kid: keyId(key) })}.${encode(claims)}`;
  return `${signed}.${key.sign(signed).toString('base64url')}`;
}

/** What a compact JWS says; its signature is not looked at. */
export function claimsIn(jws: string): JsonObject {
  return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as JsonObject;
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
