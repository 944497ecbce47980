import { randomBytes } from 'node:crypto';
import { makeSigningKey } from '../domain/signing-key.ts';

/** Prints a new key; it is kept nowhere. */
export function runKeygen(options: { readonly signing?: boolean; readonly json?: boolean }): void {
  process.stdout.write(`${options.signing ? signingKey(options.json) : agentKey(options.json)}\n`);
}

/** 32 bytes, as Standard Webhooks writes a secret. */
function agentKey(json = false): string {
  const key = `whsec_${randomBytes(32).toString('base64')}`;
  return json ? JSON.stringify({ key }) : key;
}

function signingKey(json = false): string {
  const { seed, publicPem } = makeSigningKey();
  return json
    ? JSON.stringify({ signing_key: seed, public_key: publicPem })
    : `AUDIT_SIGNING_KEY=${seed}\n\n${publicPem.trimEnd()}`;
}
