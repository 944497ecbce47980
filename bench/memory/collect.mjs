import { setTimeout as pause } from 'node:timers/promises';

async function sayWhatIsHeld() {
  await globalThis.gc({ type: 'major', execution: 'async' });
  await pause(100); // Finalizers, and what they let go of.
  await globalThis.gc({ type: 'major', execution: 'async' });
  process.stdout.write(`${JSON.stringify({ heldAfterCollection: process.memoryUsage() })}\n`);
}

/** Preloaded (`--expose-gc --import`): on SIGUSR2 all garbage is cleared, and one line says what is left. Plain JavaScript, since what strips types takes memory. */
process.on('SIGUSR2', () => void sayWhatIsHeld());
