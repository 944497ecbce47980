const PREFIX = 'whsec_';

/** What a key signs with: the bytes behind `whsec_`, or a plain key's UTF-8. Undefined: no base64 follows the prefix. */
export function signingBytes(key: string): Buffer | undefined {
  if (!key.startsWith(PREFIX)) return Buffer.from(key, 'utf8');
  const encoded = key.slice(PREFIX.length).replace(/=+$/, '');
  const bytes = Buffer.from(encoded, 'base64');
  // Node reads broken base64 as far as it goes: what it read must be what was written.
  return bytes.length > 0 && bytes.toString('base64').replace(/=+$/, '') === encoded ? bytes : undefined;
}
