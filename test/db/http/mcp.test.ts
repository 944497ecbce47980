import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { createOutboxLoop } from '../../../src/jobs/outbox.ts';
import { askQuestion } from '../../../src/lifecycle/ask-question.ts';
import { assess } from '../../../src/lifecycle/assess.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { listen } from '../../../src/store/notifications.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { AGENT_KEY, ask, refund } from '../../support/door.ts';
import { type DoorWorld, freshAccount, openDoorWorld } from '../../support/door-world.ts';
import { MANY_AGENTS_ENV } from '../../support/many-agents.ts';

let world: DoorWorld;
const clients: Client[] = [];
let judging: { stop(): Promise<void> };
beforeAll(async () => {
  world = await openDoorWorld();
  judging = await judge();
});
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
afterAll(async () => {
  await judging.stop();
  await world.close();
});

/** Proposals are judged and waits are woken, as in a process that serves. */
async function judge() {
  const { context, door } = world;
  const loop = createOutboxLoop(context, { assess: (id) => assess(context, id) });
  const unlisten = await listen(context.database, {
    onNotice: (notice) => {
      if (notice.startsWith('outbox:')) loop.wake();
      else door.wakes.notify(notice.replace('proposal:', ''));
    },
    onConnect: () => loop.wake(),
  });
  loop.start();
  return { stop: () => Promise.all([loop.stop(), unlisten()]).then(() => {}) };
}

const uuidOf = (id: string) => id.replace(/^prop_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The SDK's own client, of the newest revision or of the one before. */
async function connect(mode: 'auto' | 'legacy' = 'auto', key = AGENT_KEY): Promise<Client> {
  const client = new Client({ name: 'a-model', version: '1' }, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL(`${world.door.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  });
  await client.connect(transport);
  clients.push(client);
  return client;
}

interface Called {
  readonly isError: boolean;
  readonly said: string;
  readonly body: JsonObject & { id: string; state: string; type: string; detail: string };
}

async function call(client: Client, name: string, args: JsonObject = {}): Promise<Called> {
  const result = await client.callTool({ name, arguments: args });
  const texts = result.content.flatMap((each) => (each.type === 'text' ? [each.text] : []));
  return {
    isError: result.isError === true,
    said: texts.join('\n'),
    body: JSON.parse(JSON.stringify(result.structuredContent)),
  };
}

const propose = (client: Client, more: JsonObject = {}) =>
  call(client, 'billing_refund', {
    ...{ account: freshAccount(), invoice: 'inv_9', amount: '1250.00', reason: 'Charged twice' },
    ...more,
  });

describe.each(['auto', 'legacy'] as const)('an MCP client (%s)', (mode) => {
  it('is offered one tool an allowed action, with its own schema, and none that decides', async () => {
    const client = await connect(mode);
    const { tools } = await client.listTools();
    const names = tools.map((tool) => tool.name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['list_actions', 'get_proposal', 'wait_for_decision', 'withdraw', 'answer', 'billing_refund'],
      ]),
    );
    expect(names.filter((name) => /approve|reject|decide$|enable|disable/.test(name))).toEqual([]);
    const refundTool = tools.find((tool) => tool.name === 'billing_refund');
    expect(refundTool?.inputSchema).toMatchObject({
      properties: { amount: {}, reason: { type: 'string' }, idempotency_key: { type: 'string' } },
      required: expect.arrayContaining(['account', 'invoice', 'amount', 'reason']),
    });
    expect(client.getInstructions()).toMatch(/people decide/);
  });

  it('proposes, looks, waits and takes back', async () => {
    const client = await connect(mode);
    const first = await propose(client, { idempotency_key: `k-${freshAccount()}` });
    expect(first).toMatchObject({
      isError: false,
      body: { action: 'billing.refund', reason: 'Charged twice' },
    });
    const { id } = first.body;
    expect((await call(client, 'get_proposal', { id })).body.id).toBe(id);
    const waited = await call(client, 'wait_for_decision', { id, timeout_seconds: 0 });
    expect(waited.said).toMatch(/^Still pending: call wait_for_decision again/);
    expect((await call(client, 'withdraw', { id })).body.state).toBe('withdrawn');
    const over = await call(client, 'wait_for_decision', { id });
    expect([over.body.state, over.said.startsWith('{')]).toEqual(['withdrawn', true]);
  });
});

describe('an MCP client', () => {
  it('is woken by the decision that it waits for', async () => {
    const client = await connect();
    const { body } = await propose(client);
    const waiting = call(client, 'wait_for_decision', { id: body.id });
    await world.door.waits.reached(1);
    const { digest } = await getProposal(world.context.database, uuidOf(body.id));
    const person = await member(world.context, 'ULEA', 'lea@acme.test');
    await decide(world.context, {
      ...{ proposalId: uuidOf(body.id), digest: digest ?? '', verdict: 'rejected', reason: 'No ticket' },
      ...{ person, groups: GROUPS },
    });
    expect((await waiting).body).toMatchObject({ state: 'rejected', decision: 'rejected' });
  });

  it('answers what people ask', async () => {
    const client = await connect();
    const { body } = await propose(client);
    const person = await member(world.context, 'ULEA', 'lea@acme.test');
    const asking = { proposalId: uuidOf(body.id), text: 'Which ticket?', person, groups: GROUPS };
    await askQuestion(world.context, asking);
    const { questions } = (await call(client, 'get_proposal', { id: body.id })).body;
    const [question] = JSON.parse(JSON.stringify(questions));
    const answered = await call(client, 'answer', { id: body.id, question: question.id, text: '8841' });
    expect(answered.body.questions).toMatchObject([{ answer: { text: '8841' } }]);
  });

  it('proposes the same only once under one key', async () => {
    const client = await connect();
    const more = { account: freshAccount(), idempotency_key: `k-${freshAccount()}` };
    const [first, second] = [await propose(client, more), await propose(client, more)];
    expect(second.body.id).toBe(first.body.id);
  });

  it('reads why it is refused, in the words of the door', async () => {
    const client = await connect();
    const wrong = await world.storesNothing(() => propose(client, { amount: 'many', reason: ' ' }));
    expect(wrong).toMatchObject({ isError: true, body: { type: '/problems/invalid-input' } });
    const unsaid = await world.storesNothing(() =>
      call(client, 'billing_refund', { account: '1', invoice: 'inv_9', amount: '1.00' }),
    );
    expect(unsaid).toMatchObject({ isError: true, body: { detail: '/reason: is missing' } });
    expect((await call(client, 'get_proposal', { id: 'prop_1' })).body.type).toBe(
      '/problems/no-such-proposal',
    );
    await expect(client.callTool({ name: 'billing_refnd', arguments: {} })).rejects.toThrow(
      /did you mean billing_refund/,
    );
  });

  it('sees its own proposals only, and its own tools', async () => {
    const mine = await propose(await connect());
    const other = await connect('auto', MANY_AGENTS_ENV.OTHER_AGENT_KEY);
    expect((await call(other, 'get_proposal', { id: mine.body.id })).isError).toBe(true);
    expect((await call(other, 'withdraw', { id: mine.body.id })).isError).toBe(true);
    const idle = await connect('auto', MANY_AGENTS_ENV.IDLE_AGENT_KEY);
    expect((await idle.listTools()).tools.map((tool) => tool.name)).not.toContain('billing_refund');
    await expect(propose(idle)).rejects.toThrow(/no tool/);
  });

  it('is not let in without a key', async () => {
    await expect(connect('auto', 'whsec_bm9ib2R5')).rejects.toThrow();
  });
});

describe('POST /mcp', () => {
  const post = (body: JsonObject | string, more: Record<string, string> = {}) =>
    ask(world.door, '/mcp', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { accept: 'application/json, text/event-stream', ...more },
    });

  it('answers what is no JSON with a parse error', async () => {
    const reply = await post('{"jsonrpc":"2.0","id":1,"id":2}');
    expect([reply.status, reply.body.error]).toEqual([400, expect.objectContaining({ code: -32_700 })]);
  });

  it('opens no subscription, which would stay open', async () => {
    const response = await fetch(`${world.door.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${AGENT_KEY}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: {} }),
    });
    expect(await response.text()).toContain('"error"');
  });

  it('takes no GET, since nothing is kept between two requests', async () => {
    const reply = await ask(world.door, '/mcp');
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('is one door with the others: what a tool proposed is listed there', async () => {
    const { body } = await propose(await connect());
    const listed = await ask(world.door, `/v1/proposals/${body.id}`);
    expect([listed.status, listed.body.id]).toEqual([200, body.id]);
    expect((await ask(world.door, '/v1/proposals', { body: refund() })).status).toBe(202);
  });
});
