import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { ANSWER_CHARACTERS } from '../../../src/domain/question.ts';
import { readAgentKeys } from '../../../src/http/agent-keys.ts';
import { proveSignature } from '../../../src/http/authenticate.ts';
import { LIMITS, MAX_CONNECTIONS } from '../../../src/http/limits.ts';
import { askQuestion } from '../../../src/lifecycle/ask-question.ts';
import { assess } from '../../../src/lifecycle/assess.ts';
import { TEST_ENV } from '../../support/context.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { type Asking, ask, refund } from '../../support/door.ts';
import { type DoorWorld, eventually, freshAccount, openDoorWorld } from '../../support/door-world.ts';
import { MANY_AGENTS_ENV } from '../../support/many-agents.ts';
import { signedAsAgent } from '../../support/sign-as-agent.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

const status = async (path: string, asking?: Asking) => (await ask(world.door, path, asking)).status;
const propose = (fields: JsonObject) => status('/v1/proposals', { body: { ...refund(), ...fields } });
const bySystem = (path: string, body: JsonObject) =>
  status(`/v1/queues/fulfilment/${path}`, { body, key: TEST_ENV.FULFILMENT_TOKEN ?? '' });
const event = (fields: JsonObject) =>
  bySystem('inbox', { specversion: '1.0', source: '/batch', type: 'told', id: freshAccount(), ...fields });
const x = (count: number) => 'x'.repeat(count);
const many = <T>(count: number, of: (index: number) => T) => Array.from({ length: count }, (_, at) => of(at));
const padded = (text: string, size: number) => `${text.slice(0, -1)}${' '.repeat(size - text.length)}}`;

/** The status with which something of this size is answered, and those of the limit and of one more. */
const CASES: Record<
  keyof typeof LIMITS,
  [taken: number, refused: number, (size: number) => Promise<number>]
> = {
  bodyBytes: [202, 413, (n) => status('/v1/proposals', { body: padded(JSON.stringify(refund()), n) })],
  // Beyond it, it is not read at all; within it, the action's schema has its say.
  jsonDepth: [422, 400, (n) => status('/v1/proposals', { body: `${'{"a":'.repeat(n)}1${'}'.repeat(n)}` })],
  reasonCharacters: [202, 422, (n) => propose({ reason: '😀'.repeat(n) })],
  evidence: [202, 422, (n) => propose({ evidence: many(n, () => ({ title: 'T', url: 'https://a.test' })) })],
  evidenceTitleCharacters: [202, 422, (n) => propose({ evidence: [{ title: x(n), url: 'https://a.test' }] })],
  urlCharacters: [
    202,
    422,
    (n) => propose({ evidence: [{ title: 'T', url: `https://a.test/${x(n - 15)}` }] }),
  ],
  metadata: [202, 422, (n) => propose({ metadata: Object.fromEntries(many(n, (at) => [`k${at}`, 'v'])) })],
  metadataNameCharacters: [202, 422, (n) => propose({ metadata: { [x(n)]: 'v' } })],
  metadataCharacters: [202, 422, (n) => propose({ metadata: { k: x(n) } })],
  keyCharacters: [202, 422, (n) => propose({ idempotency_key: freshAccount().padStart(n, 'k') })],
  waitSeconds: [200, 400, (n) => waiting(n)],
  listed: [200, 400, (n) => status(`/v1/proposals?limit=${n}`)],
  eventIdCharacters: [202, 422, (n) => event({ id: freshAccount().padStart(n, 'i') })],
  eventSourceCharacters: [202, 422, (n) => event({ source: x(n) })],
  failureCharacters: [404, 422, (n) => bySystem('events/none/ack', { outcome: 'failed', reason: x(n) })],
  signatures: [202, 401, (n) => signedTimes(n)],
  signatureAgeSeconds: [202, 401, async (n) => signedAgo(n)],
};

async function waiting(seconds: number): Promise<number> {
  const { body } = await ask(world.door, '/v1/proposals', { body: refund() });
  return status(`/v1/proposals/${body.id}?wait=${seconds}&after_version=0`);
}

async function signedTimes(count: number): Promise<number> {
  const asking = signedAsAgent(JSON.stringify(refund()));
  const right = asking.headers['webhook-signature'] ?? '';
  const headers = {
    ...asking.headers,
    'webhook-signature': [...many(count - 1, () => 'v1,AAAA'), right].join(' '),
  };
  return status('/v1/proposals', { ...asking, headers });
}

/** By the clock of the test, since the door's own goes on between signing and reading. */
function signedAgo(seconds: number): number {
  const body = JSON.stringify(refund());
  const { headers } = signedAsAgent(body);
  const now = new Date((Number(headers['webhook-timestamp']) + seconds) * 1_000);
  const keys = readAgentKeys(
    world.context.manifests,
    (ref) => ('env' in ref && MANY_AGENTS_ENV[ref.env]) || '',
  );
  return proveSignature(keys, headers, Buffer.from(body), now) ? 202 : 401;
}

describe('a limit of the door', () => {
  it.each(Object.entries(CASES))('%s is the most that is taken', async (name, [taken, refused, send]) => {
    const limit = LIMITS[name as keyof typeof LIMITS];
    expect([await send(limit), await send(limit + 1)]).toEqual([taken, refused]);
  });

  it('of an answer is the most that is taken', async () => {
    const { body } = await ask(world.door, '/v1/proposals', { body: refund() });
    const id = body.id.replace(/^prop_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    await assess(world.context, id);
    const person = await member(world.context, 'ULEA', 'lea@acme.test');
    const asked = await askQuestion(world.context, { proposalId: id, text: 'Why?', person, groups: GROUPS });
    const qid = asked.outcome === 'asked' ? asked.question : '';
    const say = (size: number) =>
      status(`/v1/proposals/${id}/questions/${qid}/answer`, { body: { text: x(size) } });
    expect(await say(ANSWER_CHARACTERS + 1)).toBe(422);
    expect(await say(ANSWER_CHARACTERS)).toBe(200);
  });

  it('of connections is the most that are open; one more is closed at once, and the others are served', async () => {
    const { hostname, port } = new URL(world.door.url);
    const closed = new Set<Socket>();
    const open = () =>
      new Promise<Socket>((resolve) => {
        const socket = connect(Number(port), hostname, () => resolve(socket));
        socket.on('error', () => {}).on('close', () => closed.add(socket));
        socket.resume();
      });
    const all = await Promise.all(many(MAX_CONNECTIONS - 1, open));
    const served = await open();
    const answered = new Promise((resolve) => served.once('data', (data) => resolve(data.toString())));
    served.write(`GET /livez HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n`);
    expect(await answered).toContain('200 OK');
    const more = await open();
    await eventually(async () => closed.has(more) || undefined);
    expect(closed.has(served)).toBe(false);
    for (const socket of [...all, served]) socket.destroy();
  });
});
