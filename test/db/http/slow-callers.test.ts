import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVER_OPTIONS } from '../../../src/http/limits.ts';
import { AGENT_KEY, ask, refund } from '../../support/door.ts';
import { type DoorWorld, openDoorWorld } from '../../support/door-world.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

/** Says something and then nothing more; resolves to the answer and the time when the server hangs up. */
function dawdle(text: string): Promise<{ answer: string; ms: number }> {
  const began = performance.now();
  const socket: Socket = connect(Number(new URL(world.door.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.write(text);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => resolve({ answer, ms: performance.now() - began }));
  });
}

const head = `POST /v1/proposals HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${AGENT_KEY}\r\ncontent-type: application/json\r\n`;
/** What Node's look-out for late ones adds. */
const SLACK_MS = 3_000;

describe('serving callers who dawdle', () => {
  it('hangs up on unfinished headers and bodies in their time, and serves others meanwhile', async () => {
    const slow = [
      ...Array.from({ length: 20 }, () => dawdle(`${head}x-slow: `)),
      ...Array.from({ length: 20 }, () => dawdle(`${head}content-length: 100\r\n\r\n{"action":`)),
    ];
    const good = await ask(world.door, '/v1/proposals', { body: refund() });
    expect(good.status).toBe(202);
    const ended = await Promise.all(slow);
    for (const { answer, ms } of ended.slice(0, 20)) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(ms).toBeLessThan((SERVER_OPTIONS.headersTimeout ?? 0) + SLACK_MS);
    }
    for (const { ms } of ended.slice(20))
      expect(ms).toBeLessThan((SERVER_OPTIONS.requestTimeout ?? 0) + SLACK_MS);
  });

  it('does not cut a wait that is longer than a request may take to arrive', async () => {
    const { body } = await ask(world.door, '/v1/proposals', { body: refund() });
    const wait = Math.ceil((SERVER_OPTIONS.requestTimeout ?? 0) / 1_000) + 2;
    const reply = await ask(world.door, `/v1/proposals/${body.id}?wait=${wait}`);
    expect([reply.status, reply.body.state]).toEqual([200, 'received']);
  });

  it('stops waiting for a caller who has gone', async () => {
    const { body } = await ask(world.door, '/v1/proposals', { body: refund() });
    const leave = new AbortController();
    const held = ask(world.door, `/v1/proposals/${body.id}?wait=60`, { signal: leave.signal });
    await world.door.waits.reached(1);
    leave.abort();
    await expect(held).rejects.toThrow();
    await world.door.waits.reached(0);
  });
});
