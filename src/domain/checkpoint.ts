import { isSignedBy, type SigningKey, type VerifyingKey } from './signing-key.ts';

/** The head of the tree at some size: what is signed, in C2SP's form. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

export interface SignedCheckpoint extends Checkpoint {
  readonly body: string;
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly bytes: Buffer }[];
}

function bodyOf({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

export function signCheckpoint(checkpoint: Checkpoint, key: SigningKey): string {
  const body = bodyOf(checkpoint);
  const signature = Buffer.concat([Buffer.from(key.id, 'hex'), key.sign(body)]);
  return `${body}\n— ${key.name} ${signature.toString('base64')}\n`;
}

const NOTE = /([^\n]+)\n(\d+)\n([A-Za-z0-9+/=]+)\n((?:[^\n]+\n)*)\n((?:— [^\n]+(?:\n|$))+)/g;

/** All checkpoints of a file, in its order. Throws if there is anything else in it. */
export function readCheckpoints(text: string): SignedCheckpoint[] {
  const normal = text.replace(/\r\n/g, '\n');
  const found = [...normal.matchAll(NOTE)];
  if (normal.replace(NOTE, '').trim() !== '' || (found.length === 0 && normal.trim() !== ''))
    throw new Error('there is something in it that is no checkpoint');
  return found.map(([, origin = '', size, root = '', more = '', signed = '']) => ({
    origin,
    size: Number(size),
    root: Buffer.from(root, 'base64'),
    body: `${origin}\n${size}\n${root}\n${more}`,
    signatures: signed.trimEnd().split('\n').map(signatureOf),
  }));
}

function signatureOf(line: string): { name: string; id: string; bytes: Buffer } {
  const [, name = '', encoded = ''] = line.split(' ');
  const bytes = Buffer.from(encoded, 'base64');
  return { name, id: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4) };
}

/** `signed` by one of the keys; `forged`: it names one, and the signature is not of it; `unknown`: none of them signed it. */
export function judgeSignature(
  checkpoint: SignedCheckpoint,
  keys: readonly VerifyingKey[],
): 'signed' | 'forged' | 'unknown' {
  const pairs = checkpoint.signatures.flatMap((signature) =>
    keys
      .filter((key) => key.name === signature.name && key.id === signature.id)
      .map((key) => isSignedBy(key, checkpoint.body, signature.bytes)),
  );
  if (pairs.length === 0) return 'unknown';
  return pairs.every(Boolean) ? 'signed' : 'forged';
}
