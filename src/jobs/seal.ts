import type { Context } from '../context.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import { type ExportCheckpoint, sealDue, signHead } from '../lifecycle/seal.ts';
import { loggable } from '../logger.ts';
import { createLoop, type Loop } from './loop.ts';

/** Seals the audit each second; whichever process gets the lock does it. What is there when it stops is sealed and signed. */
export function createSealLoop(
  context: Pick<Context, 'database' | 'log'>,
  key: SigningKey,
  exportTo: ExportCheckpoint,
): Loop {
  const loop = createLoop({
    name: 'seal',
    everyMs: 1_000,
    log: context.log,
    pass: () => sealDue(context, key, exportTo),
  });
  let isSealing = false;

  async function sealLast(): Promise<void> {
    try {
      await loop.drain();
      await signHead(context, key, exportTo);
    } catch (error) {
      context.log.warn({ err: loggable(error) }, 'seal.left_for_the_next');
    }
  }

  return {
    ...loop,
    start() {
      isSealing = true;
      loop.start();
    },
    async stop() {
      await loop.stop();
      if (isSealing) await sealLast();
      isSealing = false;
    },
  };
}
