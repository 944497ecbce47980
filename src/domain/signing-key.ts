import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** An Ed25519 key under the name of the log that it signs. */
export interface VerifyingKey {
  readonly name: string;
  /** The first four bytes, in hex, of what C2SP's signed-note hashes for a key. */
  readonly id: string;
  /** 32 bytes. */
  readonly raw: Buffer;
}

export interface SigningKey extends VerifyingKey {
  readonly inDatabase: boolean;
  sign(text: string): Buffer;
  /** HMAC-SHA-256 under a key of its own that is derived from it. */
  keyed(text: string): string;
}

const ED25519 = 1;
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A PKCS#8 PEM, or the base64 of the 32 bytes that the key is made of. Throws a sentence that says what it should be. */
export function readSigningKey(text: string, name: string, inDatabase: boolean): SigningKey {
  const key = privateKeyOf(text);
  const raw = rawOf(createPublicKey(key));
  const secret = key.export({ format: 'der', type: 'pkcs8' });
  const fieldKey = Buffer.from(hkdfSync('sha256', secret, '', 'countersign personal fields', 32));
  return {
    ...verifyingKey(name, raw),
    inDatabase,
    sign: (message) => sign(null, Buffer.from(message, 'utf8'), key),
    keyed: (text) => createHmac('sha256', fieldKey).update(text, 'utf8').digest('base64url'),
  };
}

function privateKeyOf(text: string): KeyObject {
  try {
    if (text.includes('-----BEGIN')) {
      const key = createPrivateKey(text);
      if (key.asymmetricKeyType === 'ed25519') return key;
    } else {
      const seed = Buffer.from(text.trim(), 'base64');
      if (seed.length === 32)
        return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    }
  } catch {
    // Said below, without what was given: it may be most of a secret.
  }
  throw new Error(
    'AUDIT_SIGNING_KEY is not an Ed25519 key: give a PKCS#8 PEM or the base64 of its 32 bytes. `countersign keygen --signing` makes one',
  );
}

export function verifyingKey(name: string, raw: Buffer): VerifyingKey {
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), raw]), 'buffer');
  return { name, id: id.subarray(0, 4).toString('hex'), raw };
}

/** A public PEM, C2SP's `name+id+base64`, or the base64 of its 32 bytes. */
export function readVerifyingKey(text: string, name: string): VerifyingKey {
  const given = text.trim();
  if (given.includes('-----BEGIN')) {
    const key = createPublicKey(given);
    if (key.asymmetricKeyType === 'ed25519') return verifyingKey(name, rawOf(key));
  }
  const [, named = name, encoded] = /^(?:([^+\s]+)\+[0-9a-f]{8}\+)?([A-Za-z0-9+/=_-]+)$/.exec(given) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (bytes.length === 33 && bytes[0] === ED25519) return verifyingKey(named, bytes.subarray(1));
  if (bytes.length === 32) return verifyingKey(name, bytes);
  throw new Error('not a public Ed25519 key: give its PEM, `name+id+base64`, or the base64 of its 32 bytes');
}

/** As C2SP writes a public key, for whoever verifies with a tool of his own. */
export function formatVerifyingKey({ name, id, raw }: VerifyingKey): string {
  return `${name}+${id}+${Buffer.concat([Buffer.of(ED25519), raw]).toString('base64')}`;
}

export function isSignedBy({ raw }: VerifyingKey, text: string, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text, 'utf8'), key, signature);
}

function rawOf(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** A new one: the base64 of its 32 bytes, and its public half as PEM. */
export function makeSigningKey(): { seed: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    seed: privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('base64'),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}
