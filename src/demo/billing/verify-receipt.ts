import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';

export interface Write {
  readonly method: string;
  /** Behind the address that Countersign has of the system. */
  readonly path: string;
  /** The bytes as they came. */
  readonly body: string;
  readonly idempotencyKey: string | null;
}

/** Whether people approved exactly this write, and it is still in time. `keys` are those of `/.well-known/jwks.json`. */
export function isApproved(keys: readonly JsonWebKey[], receipt: string, write: Write): boolean {
  const [header = '', payload = '', signature = ''] = receipt.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString() || '{}');
  const jwk = keys.find((each) => each.kid === read(header).kid);
  const signed = Buffer.from(`${header}.${payload}`);
  if (
    !jwk ||
    !verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64url'))
  )
    return false;
  const { exp, write: approved, idempotency_key: key } = read(payload);
  const hash = write.body === '' ? null : `sha256:${createHash('sha256').update(write.body).digest('hex')}`;
  const isSame = approved.method === write.method && approved.path === write.path && approved.body === hash;
  return isSame && key === write.idempotencyKey && exp > Date.now() / 1_000;
}
