import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { openShipments, type Shipments } from './shipments.ts';

export type Fulfilment = {
  /** Tells it where its queue is; from then on it collects. */
  collectFrom(url: string, log: (line: string) => void): void;
  /** One run of the batch job. Returns how many events it worked off. */
  runOnce(url: string): Promise<number>;
  stop(): Promise<void>;
};

const batch = z.array(
  z.object({ id: z.string(), type: z.string(), data: z.object({ shipment: z.string() }).loose() }),
);

const EVERY_MS = 3_000;

/**
 * The fulfilment system's batch job: every few seconds it collects what waits for it, does it, and says so. It was written long
 * before anybody thought of agents, and keeps the ids that it has done, so that an event that comes twice is done once.
 */
export async function startFulfilment(options: { databaseUrl: string; token: string }): Promise<Fulfilment> {
  const shipments = await openShipments(options.databaseUrl);
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  const call = async (url: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' };
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response.json();
  };

  async function runOnce(url: string): Promise<number> {
    const events = batch.parse(await call(`${url}/v1/queues/fulfilment/events`));
    for (const { id, type, data } of events) {
      const done = await work(shipments, id, type, data.shipment);
      const body = JSON.stringify(
        done
          ? { outcome: 'done', result: { shipment: data.shipment } }
          : { outcome: 'failed', reason: `no such job: ${type}` },
      );
      await call(`${url}/v1/queues/fulfilment/events/${id}/ack`, { method: 'POST', body });
    }
    return events.length;
  }

  async function runForEver(url: string, log: (line: string) => void): Promise<void> {
    while (!stopping.signal.aborted) {
      await runOnce(url).catch((error: unknown) => {
        if (!stopping.signal.aborted)
          log(`fulfilment batch: ${error instanceof Error ? error.message : 'failed'}`);
      });
      await delay(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    runOnce,
    collectFrom: (url, log) => {
      running ??= runForEver(url, log);
    },
    async stop() {
      stopping.abort();
      await running;
      await shipments.close();
    },
  };
}

async function work(shipments: Shipments, id: string, type: string, shipment: string): Promise<boolean> {
  switch (type) {
    case 'com.acme.fulfilment.hold':
      await shipments.set(id, shipment, true);
      return true;
    case 'com.acme.fulfilment.release':
      await shipments.set(id, shipment, false);
      return true;
    default:
      return false;
  }
}
