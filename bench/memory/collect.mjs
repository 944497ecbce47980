import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

async function collect() {
  // As late as this: under another flag V8 would leave alone what was compiled of the bundle.
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  gc();
  await pause(100); // Finalizers, and what they let go of.
  gc();
  process.stdout.write(`${JSON.stringify({ heldAfterCollection: process.memoryUsage() })}\n`);
}

/** Preloaded (`--import`): on SIGUSR2 all garbage is cleared, and one line says what is left. Plain JavaScript, since what strips types takes memory. */
process.on('SIGUSR2', () => void collect());
