import type { SecretRef } from '../domain/manifest.ts';

export type Secrets =
  | { readonly ok: true; readonly values: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** Read for each call, so that a rotated one is used at once and none is kept. What `secretOf` throws may be shown to people. */
export function readSecrets(refs: readonly SecretRef[], secretOf: (ref: SecretRef) => string): Secrets {
  try {
    return { ok: true, values: refs.map(secretOf) };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unexpected';
    return { ok: false, why: `its credential can't be read: ${message}` };
  }
}
