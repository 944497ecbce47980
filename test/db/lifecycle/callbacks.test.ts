import { text } from 'node:stream/consumers';
import postgres from 'postgres';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CallbackSender, createCallbackSender } from '../../../src/connectors/callback.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { patienceOf } from '../../../src/errors.ts';
import { proposalView } from '../../../src/http/proposal-view.ts';
import { createOutboxLoop } from '../../../src/jobs/outbox.ts';
import { askQuestion } from '../../../src/lifecycle/ask-question.ts';
import { deliverCallbacks } from '../../../src/lifecycle/deliver-callbacks.ts';
import { withdraw } from '../../../src/lifecycle/withdraw.ts';
import { readOutboxState } from '../../../src/store/outbox.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { freshAccount } from '../../support/door-world.ts';
import { closedPort, type Loopback, startHttp } from '../../support/loopback.ts';

interface Told {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let db: FreshDatabase;
let receiver: Loopback;
let told: Told[];
let answers: { status: number; headers?: Record<string, string> }[];
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  db = await freshDatabase();
  receiver = await startHttp((request, response) => {
    void text(request).then((body) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      told.push({ headers, body });
      const { status, headers: more = {} } = answers.shift() ?? { status: 200 };
      response.writeHead(status, more).end();
    });
  });
});
beforeEach(() => {
  told = [];
  answers = [];
});
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));
afterAll(async () => {
  await receiver.close();
  await db.drop();
});

async function world(url = `${receiver.url}/told?by=us`, allowPrivate = true) {
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'agents/refund-agent.yml': `${(files['agents/refund-agent.yml'] ?? '').replace(/^callback:[\s\S]*?(?=^\w|(?![\s\S]))/m, '')}\ncallback: { url: "${url}", allow_private: ${allowPrivate} }\n`,
  }));
  const billing = memoryBilling();
  const context = await testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
  const sender: CallbackSender = createCallbackSender({
    secretOf: (ref) => ('env' in ref && TEST_ENV[ref.env]) || '',
  });
  open.push(sender, context);
  const telling = {
    sender,
    viewOf: async (proposal: Parameters<typeof proposalView>[0]) =>
      proposalView(proposal, await context.policyOf(proposal.policy), {
        publicUrl: undefined,
        keyed: context.signingKey.keyed,
      }),
  };
  return { context, telling, deliver: (id: string) => deliverCallbacks(context, id, telling) };
}

const typesOf = () => told.map(({ body }) => JSON.parse(body).type);
const idsOf = () => told.map(({ headers }) => headers['webhook-id']);

describe('telling an agent', () => {
  it('says each change once and in order, signed as Standard Webhooks has it', async () => {
    const { context, deliver } = await world();
    const { id } = await proposed(context, { account: freshAccount() });
    const person = await member(context, 'ULEA', 'lea@acme.test');
    await askQuestion(context, { proposalId: id, text: 'Which ticket?', person, groups: GROUPS });
    await withdraw(context, id);
    await deliver(id);
    expect(typesOf()).toEqual([
      'proposal.received',
      'proposal.pending',
      'proposal.question_asked',
      'proposal.withdrawn',
    ]);
    expect(new Set(idsOf()).size).toBe(4);
    const oracle = new Webhook(TEST_ENV.REFUND_AGENT_KEY ?? '');
    for (const { body, headers } of told) {
      const read = oracle.verify(body, headers) as { data: JsonObject; timestamp: string };
      expect(read.data).toMatchObject({ id: `prop_${id.replaceAll('-', '')}`, state: 'withdrawn' });
      expect(read.timestamp).toMatch(/Z$/);
    }
    expect(() => oracle.verify(`${told[0]?.body} `, told[0]?.headers ?? {})).toThrow();
    await deliver(id);
    expect(told.length).toBe(4);
  });

  it('repeats under the same id until it is taken, and says nothing later before', async () => {
    const { context, deliver } = await world();
    const { id } = await proposed(context, { account: freshAccount() });
    answers = [{ status: 500 }, { status: 302, headers: { location: '/elsewhere' } }];
    for (const why of ['it answered 500', 'it answered 302']) {
      const failed = await deliver(id).catch((error: unknown) => error);
      expect(String(failed)).toContain(why);
      expect(patienceOf(failed).retry).toBe(true);
    }
    await deliver(id);
    expect(typesOf()).toEqual([
      'proposal.received',
      'proposal.received',
      'proposal.received',
      'proposal.pending',
    ]);
    const [first, second, third, last] = idsOf();
    expect([second, third]).toEqual([first, first]);
    expect(last).not.toBe(first);
  });

  it('waits as long as it is asked to', async () => {
    const { context, deliver } = await world();
    const { id } = await proposed(context, { account: freshAccount() });
    answers = [{ status: 429, headers: { 'retry-after': '77' } }];
    const failed = await deliver(id).catch((error: unknown) => error);
    expect(patienceOf(failed)).toEqual({ retry: true, retryAfterMs: 77_000 });
  });

  it('gives up after a day, and shows what is parked', async () => {
    const { context, telling } = await world();
    const { id, number } = await proposed(context, { account: freshAccount() });
    const owner = postgres(db.url, { max: 1 });
    await owner`update callback_event set at = at - interval '24 hours' where proposal_id = ${id}`;
    await owner`update outbox set attempts = 4 where topic = 'callback' and ref = ${id}`;
    await owner`update outbox set due_at = now() + interval '1 day' where topic = 'callback' and ref <> ${id}`;
    await owner.end();
    answers = [{ status: 500 }];
    const loop = createOutboxLoop(context, { callback: (ref) => deliverCallbacks(context, ref, telling) });
    await loop.drain();
    const { parked } = await readOutboxState(context.database);
    expect(parked).toContainEqual({
      topic: 'callback',
      ref: id,
      number,
      error: `proposal.received of #${number} can't be told to refund-agent: it answered 500`,
    });
  });

  it('goes nowhere once the manifest names no address', async () => {
    const { context } = await world();
    const { id } = await proposed(context, { account: freshAccount() });
    const { deliver } = await world('');
    await deliver(id);
    expect(told).toEqual([]);
  });

  it.each(['http://127.0.0.1', 'http://localhost', 'http://[::ffff:127.0.0.1]', 'http://0x7f.1'])(
    'does not go to %s where the manifest does not allow it',
    async (host) => {
      const { context, deliver } = await world(`${host}:${receiver.port}/told`, false);
      const { id } = await proposed(context, { account: freshAccount() });
      const before = receiver.connections();
      expect(String(await deliver(id).catch((error: unknown) => error))).toContain(
        'is not on the public internet',
      );
      expect(receiver.connections()).toBe(before);
    },
  );

  it('never goes to where a cloud hands out its credentials', async () => {
    const { context, deliver } = await world('http://169.254.169.254/latest/meta-data', true);
    const { id } = await proposed(context, { account: freshAccount() });
    expect(String(await deliver(id).catch((error: unknown) => error))).toContain('169.254.169.254');
  });

  it('lets a receiver that is away rest, so that one proposal does not wait for another', async () => {
    const { context, deliver } = await world(`http://127.0.0.1:${await closedPort()}/told`);
    const first = await proposed(context, { account: freshAccount() });
    const second = await proposed(context, { account: freshAccount() });
    await expect(deliver(first.id)).rejects.toThrow("it can't be reached (ECONNREFUSED)");
    await expect(deliver(second.id)).rejects.toThrow('it could not be reached a moment ago');
  });

  it('is of no concern to an agent that has no callback', async () => {
    const context = await testContext({ url: db.appUrl, connectorOf: () => memoryBilling() });
    open.push(context);
    const { id } = await proposed(context, { account: freshAccount() });
    await getProposal(context.database, id);
    const [row] = await context.database.sql<{ n: number }[]>`
      select count(*)::int as n from callback_event where proposal_id = ${id}`;
    expect(row?.n).toBe(0);
  });
});
