import type { Context } from '../context.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import { type ExportCheckpoint, sealDue } from '../lifecycle/seal.ts';
import { createLoop, type Loop } from './loop.ts';

/** Seals the audit each second; whichever process gets the lock does it. */
export function createSealLoop(context: Context, key: SigningKey, exportTo: ExportCheckpoint): Loop {
  return createLoop({
    name: 'seal',
    everyMs: 1_000,
    log: context.log,
    pass: () => sealDue(context, key, exportTo),
  });
}
