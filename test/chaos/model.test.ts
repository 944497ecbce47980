import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTS } from './gate-acts.ts';
import { Gate } from './gate-model.ts';
import { type GateWorlds, openGateWorlds } from './gate-world.ts';

const RUNS = Number(process.env.MODEL_RUNS ?? 12);
const LENGTH = Number(process.env.MODEL_LENGTH ?? 40);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);

let worlds: GateWorlds;
beforeAll(async () => {
  worlds = await openGateWorlds();
});
afterAll(() => worlds.close());

describe('the gate', () => {
  it(`is as its model, whatever is done in whatever order (${RUNS} runs of up to ${LENGTH}, seed ${SEED})`, async () => {
    let done = 0;
    await fc.assert(
      fc
        .asyncProperty(fc.commands(ACTS, { maxCommands: LENGTH, size: 'max' }), async (commands) => {
          const world = worlds.next();
          await fc.asyncModelRun(() => ({ model: new Gate(), real: world }), commands);
          done += world.ids.length;
        })
        .afterEach(() => worlds.reset()),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env.SHRINK === undefined },
    );
    expect(done).toBeGreaterThan(RUNS);
  }, 3_600_000);
});
