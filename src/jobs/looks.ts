import type { Context } from '../context.ts';
import { answerLooks } from '../lifecycle/answer-looks.ts';
import { createLoop, type Loop } from './loop.ts';

const AT_ONCE = 16;

/** Answers what the processes at the doors want to see of systems. */
export function createLooksLoop(context: Context): Loop {
  return createLoop({
    name: 'looks',
    everyMs: 1_000,
    log: context.log,
    pass: () => answerLooks(context, AT_ONCE),
  });
}
