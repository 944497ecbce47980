import type { Context } from '../context.ts';
import { executeDue } from '../lifecycle/execute.ts';
import { createLoop, type Loop } from './loop.ts';

const AT_ONCE = 16;

/** Writes what is approved and due, and takes over what a dead process left. */
export function createExecutorLoop(context: Context): Loop {
  return createLoop({
    name: 'executor',
    everyMs: 1_000,
    log: context.log,
    pass: () => executeDue(context, AT_ONCE),
  });
}
