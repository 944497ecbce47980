import { Agent, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ENV, testContext, testManifests } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { memoryBilling } from '../support/desk.ts';
import { AGENT_KEY, openDoor, type TestDoor } from '../support/door.ts';
import { createOracle } from '../support/fuzz-oracle.ts';
import { createDice, type FuzzRequest, fuzzRequest } from '../support/fuzz-requests.ts';

/** `npm run fuzz` sends 200,000. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 5_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1e9);
const LANES = 24;
const MB = 1_048_576;

let db: FreshDatabase;
let context: Awaited<ReturnType<typeof testContext>>;
let door: TestDoor;
beforeAll(async () => {
  db = await freshDatabase();
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'agents/refund-agent.yml': (files['agents/refund-agent.yml'] ?? '').replace(
      /^(rate|max_pending):.*\n/gm,
      '',
    ),
  }));
  context = await testContext({ url: db.appUrl, connectorOf: () => memoryBilling(), manifests });
  door = await openDoor(context);
});
afterAll(async () => {
  await door.close();
  await context.close();
  await db.drop();
});

interface Answered {
  readonly status: number;
  readonly body: string;
}

/** Status 0: the connection ended, as for what is no HTTP. */
function ask(agent: Agent, { method, path, headers, body }: FuzzRequest): Promise<Answered> {
  return new Promise((resolve) => {
    const url = new URL(door.url);
    const asked = send(
      {
        agent,
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers: { ...headers, ...lengthOf(headers, body) },
      },
      (response) => {
        text(response).then(
          (read) => resolve({ status: response.statusCode ?? 0, body: read }),
          () => resolve({ status: 0, body: '' }),
        );
      },
    );
    asked.on('error', () => resolve({ status: 0, body: '' }));
    asked.end(body);
  });
}

function lengthOf(headers: FuzzRequest['headers'], body: Buffer | undefined) {
  return body && !('transfer-encoding' in headers) ? { 'content-length': String(body.length) } : {};
}

/** What is left when nothing is in hand, in bytes. */
function heapLeft(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  return process.memoryUsage().heapUsed;
}

interface Tally {
  readonly statuses: Map<number, number>;
  /** A few of each, to be reproduced by the seed. */
  readonly broken: string[];
  readonly wrong: string[];
}

async function fuzz(requests: number, seed: number, tally: Tally): Promise<void> {
  const actions = context.manifests.systems.billing?.actions.refund?.input;
  const judge = createOracle(Object(actions));
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const dice = createDice(seed);
  let left = requests;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      const request = fuzzRequest(dice, AGENT_KEY);
      const { status, body } = await ask(agent, request);
      tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
      const shown = `${request.method} ${request.path} ${request.body?.toString('latin1').slice(0, 300) ?? ''}`;
      if (status >= 500) tally.broken.push(`${status} for ${shown}`);
      if (request.path !== '/v1/proposals' || request.method !== 'POST' || status < 200 || status > 299)
        continue;
      const objection = judge(request, JSON.parse(body));
      if (objection !== undefined) tally.wrong.push(`${objection}: ${shown}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  agent.destroy();
}

describe('answering whatever comes', () => {
  it(
    `is never a 5xx, accepts nothing that is wrong, and keeps nothing (${REQUESTS} requests, seed ${SEED})`,
    async () => {
      const tally: Tally = { statuses: new Map(), broken: [], wrong: [] };
      await fuzz(Math.ceil(REQUESTS / 5), SEED, tally);
      const before = heapLeft();
      await fuzz(Math.floor((REQUESTS * 4) / 5), SEED + 1, tally);
      const grown = heapLeft() - before;
      expect(tally.broken.slice(0, 5)).toEqual([]);
      expect(tally.wrong.slice(0, 5)).toEqual([]);
      expect(grown / MB).toBeLessThan(24);
      // It was no shower of one kind: good ones were taken, and each way to be refused was met.
      const seen = (status: number) => tally.statuses.get(status) ?? 0;
      expect(seen(202)).toBeGreaterThan(REQUESTS / 50);
      for (const status of [200, 400, 401, 404, 405, 415, 422])
        expect(seen(status), `${status}`).toBeGreaterThan(0);
      const accepted = await context.database.sql<{ n: number }[]>`select count(*)::int as n from proposal`;
      expect(accepted[0]?.n).toBeLessThanOrEqual(seen(202) + seen(200));
      console.info(
        `seed ${SEED}, heap ${(grown / MB).toFixed(1)} MB more, answers`,
        Object.fromEntries(tally.statuses),
      );
    },
    60_000 + REQUESTS * 10,
  );
});
