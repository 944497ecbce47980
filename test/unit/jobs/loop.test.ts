import { describe, expect, it } from 'vitest';
import { createLoop } from '../../../src/jobs/loop.ts';
import { createLogger } from '../../../src/logger.ts';

const log = createLogger({ level: 'silent', pretty: false });

function counted(restMs: number) {
  const begun: number[] = [];
  const seen = Promise.withResolvers<void>();
  const loop = createLoop({
    ...{ name: 'counted', everyMs: 60_000, restMs, log },
    async pass() {
      begun.push(performance.now());
      await Promise.resolve();
      if (begun.length === 3) seen.resolve();
      // More comes while it works.
      if (begun.length < 3) loop.wake();
      return 0;
    },
  });
  return { loop, begun, seen: seen.promise };
}

describe('a loop', () => {
  it('begins its passes no closer than its rest, however often it is woken', async () => {
    const { loop, begun, seen } = counted(40);
    loop.start();
    await seen;
    await loop.stop();
    const [first = 0, second = 0, third = 0] = begun;
    expect(second - first).toBeGreaterThanOrEqual(38);
    expect(third - second).toBeGreaterThanOrEqual(38);
  });

  it('does not wait for its rest when it is stopped', async () => {
    const { loop, begun } = counted(60_000);
    loop.start();
    await loop.stop();
    expect(begun).toHaveLength(1);
  });
});
