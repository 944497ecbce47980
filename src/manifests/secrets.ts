import { readFileSync } from 'node:fs';
import type { SecretRef } from '../domain/manifest.ts';
import type { Env } from './substitute.ts';

/** `env:NAME` or `file:/path`, as it stands in the manifest. */
export function nameOf(ref: SecretRef): string {
  return 'env' in ref ? `env:${ref.env}` : `file:${ref.file}`;
}

export type ReadSecret =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string };

/** Reads a secret, also from the file that NAME_FILE names. No message holds any of its value. */
export function readSecret(ref: SecretRef, env: Env): ReadSecret {
  if ('file' in ref) return readSecretFile(ref.file, ref.file);
  const name = ref.env;
  const value = env[name];
  const file = env[`${name}_FILE`];
  if (value !== undefined && file !== undefined)
    return refuse(`${name} and ${name}_FILE are both set: keep one`);
  if (file !== undefined) return readSecretFile(file, `the file of ${name}_FILE`);
  if (value === undefined || value === '') return refuse(`${name} is not set (nor ${name}_FILE)`);
  return check(value, name);
}

function readSecretFile(path: string, called: string): ReadSecret {
  try {
    return check(readFileSync(path, 'utf8').replace(/\r?\n$/, ''), called);
  } catch {
    return refuse(`${called} can't be read`);
  }
}

/** A secret goes into a header, where anything else would be refused or cut. */
function check(value: string, called: string): ReadSecret {
  if (value === '') return refuse(`${called} is empty`);
  return /^[\x21-\x7e]+$/.test(value)
    ? { ok: true, value }
    : refuse(`${called} holds more than visible ASCII`);
}

function refuse(message: string): ReadSecret {
  return { ok: false, message };
}
