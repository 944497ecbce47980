import { setTimeout as pause } from 'node:timers/promises';
import { cpuMsOf, rssMibOf } from '../frame/processes.ts';
import { load } from '../load/load.ts';
import type { Contender } from '../peers/contender.ts';

export const CALLERS = 64;
const LOOK_MS = 100;
const SETTLE_MS = 5_000;

export interface Held {
  readonly restMib: number;
  readonly peakMib: number;
  /** Some seconds after the first half of what is to be pending, and after all of it. */
  readonly halfMib: number;
  readonly wholeMib: number;
  /** Of the contender's own processes, a proposal of the second half. */
  readonly cpuMs: number;
}

/** What a contender holds while 64 callers propose until so much is pending, and after that. */
export async function hold(contender: Contender, databaseUrl: string, pending: number): Promise<Held> {
  const running = await contender.start({ databaseUrl, ledgerUrl: 'http://127.0.0.1:9' });
  const rss = () => rssMibOf(running.pids);
  let peakMib = 0;
  const watching = setInterval(() => void rss().then((mib) => (peakMib = Math.max(peakMib, mib))), LOOK_MS);
  let n = 0;
  const proposeUntil = async (count: number) => {
    const [first, before] = [n, await cpuMsOf(running.pids)];
    await load(running.urls, { callers: CALLERS, isEnough: () => n >= count }, async (caller) => {
      n += 1;
      await running.propose(caller, n);
    });
    const cpuMs = ((await cpuMsOf(running.pids)) - before) / (n - first);
    await pause(SETTLE_MS);
    return { cpuMs, mib: await rss() };
  };
  try {
    await pause(SETTLE_MS);
    const restMib = await rss();
    const half = await proposeUntil(pending / 2);
    const whole = await proposeUntil(pending);
    return { restMib, peakMib, halfMib: half.mib, wholeMib: whole.mib, cpuMs: whole.cpuMs };
  } finally {
    clearInterval(watching);
    await running.stop();
  }
}
