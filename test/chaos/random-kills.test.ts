import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Child } from '../support/child-process.ts';
import { type ChaosWorld, openChaosWorld } from './chaos-world.ts';
import { isKept } from './checker.ts';
import { CLASSES } from './classes.ts';

/** Kills in all, over the three classes: few in every run, five hundred in `npm run chaos`. */
const KILLS = Math.ceil(Number(process.env.CHAOS_KILLS ?? 9) / CLASSES.length);
const PROCESSES = 3;
const EVERY_MS = 350;
const SEED = Number(process.env.SEED ?? 4471);

/** Repeatable, so that a run that failed can be run again (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A remote that refuses, does it and says that it failed, does it and hangs up, or does it and hangs. */
function misbehave({ billing }: ChaosWorld, random: () => number): void {
  const scope = { on: /^POST \/refunds/, times: 1 };
  const which = Math.floor(random() * 4);
  if (which === 0) billing.faults.inject({ when: 'before', answer: { status: 503 } }, scope);
  if (which === 1) billing.faults.inject({ when: 'after', answer: { status: 500 } }, scope);
  if (which === 2) billing.faults.inject({ when: 'after', answer: 'drop' }, scope);
  if (which === 3) billing.faults.inject({ when: 'after', answer: 'hang' }, scope);
}

describe(`random kills of ${PROCESSES} processes before a remote that misbehaves (SEED=${SEED})`, () => {
  it.each(CLASSES)(
    'lose and double nothing in class %s',
    { timeout: 120_000 + KILLS * 3_000 },
    async (kind) => {
      const world = await openChaosWorld(kind);
      const random = randomFrom(SEED);
      const dead: string[] = [];
      const accounts: string[] = [];
      let born = 0;
      const bear = (): { name: string; child: Child } => {
        born += 1;
        const name = `worker-${born}`;
        return { name, child: world.work({ name, dies: undefined }) };
      };
      const living = Array.from({ length: PROCESSES }, bear);
      for (let kill = 0; kill < KILLS; kill += 1) {
        accounts.push(...(await world.approve(3)));
        misbehave(world, random);
        await wait(EVERY_MS * (0.5 + random()));
        const index = Math.floor(random() * PROCESSES);
        const victim = living[index];
        if (!victim) continue;
        await victim.child.kill('SIGKILL');
        dead.push(victim.name);
        living[index] = bear();
        await world.timePasses(dead);
      }
      await Promise.all(living.map(({ child }) => child.kill('SIGKILL')));
      await world.billing.faults.clear();
      await world.recover(accounts);
      const verdict = await world.verdict(accounts);
      expect(verdict.proposals).toBe(KILLS * 3);
      expect(verdict, JSON.stringify(verdict)).toSatisfy((each) => isKept(each, kind));
      await world.close();
    },
  );
});
