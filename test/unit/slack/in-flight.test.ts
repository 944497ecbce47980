import { describe, expect, it } from 'vitest';
import { createInFlight } from '../../../src/slack/in-flight.ts';

describe('waiting for what is in hand', () => {
  it('waits until it is over, however it ends', async () => {
    const inFlight = createInFlight();
    const good = Promise.withResolvers<string>();
    const bad = Promise.withResolvers<string>();
    const tracked = inFlight.track(good.promise);
    const failing = inFlight.track(bad.promise).catch(() => 'failed');
    let settled = false;
    const settling = inFlight.settle(60_000).then(() => {
      settled = true;
    });
    good.resolve('done');
    expect(await tracked).toBe('done');
    expect(settled).toBe(false);
    bad.reject(new Error('broken'));
    expect(await failing).toBe('failed');
    await settling;
  });

  it('waits no longer than it may', async () => {
    const inFlight = createInFlight();
    void inFlight.track(new Promise(() => {}));
    await inFlight.settle(5);
  });
});
