import { setTimeout as pause } from 'node:timers/promises';
import { createWorker } from '../cycle/worker.ts';
import { type Cluster, withAdmin } from '../frame/cluster.ts';
import { rssMibOf } from '../frame/processes.ts';
import type { Contender } from '../peers/contender.ts';
import { startLedger } from '../world/ledger.ts';
import { CALLERS } from './hold.ts';

/** What is left after a rest, with all garbage cleared. */
export interface Sample {
  readonly cycles: number;
  readonly residentMib: number;
  readonly heapMib: number;
  /** What buffers hold outside of the heap. */
  readonly externalMib: number;
  /** Decided, and not on record as written a minute after the last of them. */
  readonly unsettled: number;
}

const PARTS = 10;
/** As long as whatever a cycle leaves to be done afterwards: cards, the seal, idle timers of connections. */
const REST_MS = 5_000;

/** Runs so many cycles and looks after each tenth of them. The contender answers SIGUSR2 as `collect.mjs` does. */
export async function grow(
  cluster: Cluster,
  contender: Contender,
  cycles: number,
  note: (line: string) => void,
): Promise<Sample[]> {
  const databaseUrl = await cluster.freshDatabase('memory_growth');
  await contender.prepare(databaseUrl);
  const ledger = await startLedger();
  const running = await contender.start({ databaseUrl, ledgerUrl: ledger.url });
  try {
    return await withAdmin(databaseUrl, async (sql) => {
      const worker = createWorker(running, contender, ledger, sql);
      const samples: Sample[] = [];
      while (samples.length < PARTS) {
        const { unsettled, perSecond, p99 } = await worker.run(CALLERS, {
          cycles: Math.ceil(cycles / PARTS),
        });
        await pause(REST_MS);
        const [answer] = await running.ask('SIGUSR2', /"heldAfterCollection"/);
        const held = answer?.heldAfterCollection as NodeJS.MemoryUsage;
        const sample = {
          cycles: worker.begun,
          residentMib: await rssMibOf(running.pids),
          heapMib: held.heapUsed / 1024 ** 2,
          externalMib: held.external / 1024 ** 2,
          unsettled,
        };
        samples.push(sample);
        note(describe(sample, perSecond, p99));
      }
      return samples;
    });
  } finally {
    await running.stop();
    ledger.stop();
  }
}

function describe(
  { cycles, residentMib, heapMib, externalMib, unsettled }: Sample,
  perSecond: number,
  p99: number,
): string {
  const held = `${residentMib.toFixed(1)} MiB resident, heap ${heapMib.toFixed(1)}, outside of it ${externalMib.toFixed(1)}`;
  return `${cycles} cycles (${Math.round(perSecond)}/s, p99 ${Math.round(p99)} ms, ${unsettled} not yet written): ${held}`;
}
