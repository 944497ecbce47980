import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_KEY, ask, refund } from '../../support/door.ts';
import { type DoorWorld, openDoorWorld } from '../../support/door-world.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

const good = Buffer.from(
  JSON.stringify(refund({ metadata: { thread: 't' }, evidence: [{ title: 'T', url: 'https://a.test' }] })),
);

/** A good body with some of its bytes overwritten, cut out or put in. */
const spoiled = fc
  .array(
    fc.record({
      at: fc.nat(good.length),
      cut: fc.nat(8),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc.json().map((text) => Buffer.from(text)),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) =>
    edits.reduce<Uint8Array>(
      (bytes, { at, cut, put }) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]),
      good,
    ),
  );

const path = fc.oneof(
  fc.constantFrom(
    '/v1/proposals',
    '/v1/proposals?dry_run=true',
    '/v1/proposals?wait=0&until=settled',
    '/v1/proposals/1001/withdraw',
  ),
  fc.webPath().map((text) => `/v1/proposals/${text}`),
  fc.webQueryParameters().map((text) => `/v1/proposals?${text}`),
);

describe('answering whatever comes', () => {
  it('is never a 5xx', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        path,
        spoiled,
        fc.constantFrom('GET', 'POST', 'DELETE'),
        async (where, bytes, method) => {
          const body = method === 'GET' ? undefined : new Uint8Array(bytes);
          const key = AGENT_KEY;
          const { status } = await ask(world.door, where, { method, body, key });
          seen.add(status);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 1_000 },
    );
    expect([...seen]).toEqual(expect.arrayContaining([400, 404, 405, 422]));
  });
});
