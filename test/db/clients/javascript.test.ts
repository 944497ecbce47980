import { createClient, NotDone } from 'countersign/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_KEY } from '../../support/door.ts';
import { freshAccount } from '../../support/door-world.ts';
import { openServingWorld, type ServingWorld } from '../../support/serving-world.ts';

let world: ServingWorld;
beforeAll(async () => {
  world = await openServingWorld();
});
afterAll(() => world.close());

type Send = typeof globalThis.fetch;
const connect = (send?: Send, patienceMs?: number) =>
  createClient({
    ...{ url: world.door.url, key: AGENT_KEY },
    ...(send ? { fetch: send } : {}),
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });

const refund = (account = freshAccount(), amount = '1250.00') => ({
  ...{ action: 'billing.refund', reason: 'Charged twice' },
  input: { account, invoice: 'inv_9', amount },
});

/** The first answers are lost on their way. */
function losing(count: number): Send & { tries: number } {
  const send = async (...asked: Parameters<Send>) => {
    send.tries += 1;
    const answer = await fetch(...asked);
    if (send.tries > count) return answer;
    await answer.arrayBuffer();
    throw new TypeError('the connection broke');
  };
  send.tries = 0;
  return send;
}

describe('the JavaScript client', () => {
  it('proposes once, also where answers are lost', async () => {
    const before = await world.stored();
    const send = losing(2);
    const proposal = await connect(send).propose(refund());
    expect([proposal.action, send.tries]).toEqual(['billing.refund', 3]);
    expect(await world.stored()).toBe(before + 1);
  });

  it('waits until people have decided', async () => {
    const account = freshAccount();
    const waiting = connect().propose(refund(account), { until: 'decided' });
    await world.decideFor(account, 'rejected');
    expect(await waiting).toMatchObject({ state: 'rejected', decision: 'rejected' });
  });

  it('comes back when its time is over, with the proposal as it is', async () => {
    const proposal = await connect().propose(refund(), { until: 'decided', timeoutMs: 1 });
    expect(proposal.settled).toBe(false);
  });

  it('takes back, lists, considers and reads what may be done', async () => {
    const client = connect();
    const { id, account } = await client.propose(refund());
    expect((await client.withdraw(id)).state).toBe('withdrawn');
    expect((await client.get(id)).id).toBe(id);
    expect((await client.list({ account })).proposals.map((each) => each.id)).toEqual([id]);
    expect((await client.consider(refund())).dry_run).toBe(true);
    expect((await client.actions()).map((each) => each.action)).toContain('billing.refund');
  });

  it('gates a function: what the system answered, or the end that it came to', async () => {
    const gated = connect().gated('billing.refund', { reason: 'Charged twice' });
    const approved = freshAccount();
    const written = gated({ account: approved, invoice: 'inv_9', amount: '1250.00' });
    await world.decideFor(approved, 'approved');
    expect(await written).toEqual({ id: 're_1' });
    const rejected = freshAccount();
    const refused = gated({ account: rejected, invoice: 'inv_9', amount: '1250.00' }).catch(
      (error: unknown) => error,
    );
    await world.decideFor(rejected, 'rejected');
    const error = await refused;
    expect(error).toBeInstanceOf(NotDone);
    expect(error instanceof NotDone && error.proposal.decisions).toMatchObject([{ reason: 'because' }]);
  });

  it('offers a model one tool an action, which answers once people have decided', async () => {
    const told: number[] = [];
    const tools = await connect().tools({ onProposed: ({ number }) => told.push(number) });
    expect(tools.map(({ name }) => name)).toContain('billing_refund');
    const tool = tools.find(({ action }) => action === 'billing.refund');
    if (!tool) throw new Error('it is not offered');
    expect(tool.inputSchema.required).toEqual(['account', 'invoice', 'amount', 'reason']);
    const account = freshAccount();
    const args = { account, invoice: 'inv_9', amount: '1250.00', reason: 'Charged twice' };
    const call = { idempotency_key: `call-${account}` };
    const both = Promise.all([tool.call(args, call), tool.call(args, call)]);
    await world.decideFor(account, 'rejected');
    const [first, again] = await both;
    expect(first).toMatchObject({ state: 'rejected', said: ['lea: because'], number: told[0] });
    expect([again.number, told.length]).toEqual([first.number, 2]);
    expect(await tool.call({ ...args, amount: 'all' })).toMatchObject({
      state: 'refused',
      next: expect.stringContaining('/input/amount'),
    });
    const tooShort = (await connect().tools({ timeoutMs: 1 })).find(({ name }) => name === 'billing_refund');
    expect((await tooShort?.call({ ...args, account: freshAccount() }))?.next).toMatch(/^Wait\./);
  });

  it('says what was refused, and does not ask again', async () => {
    const send = losing(0);
    const failed = connect(send).propose({ ...refund(), reason: ' ' });
    await expect(failed).rejects.toMatchObject({ status: 422, type: '/problems/invalid-input' });
    expect(send.tries).toBe(1);
  });

  it('tries again what is asked to wait, and gives up when its patience ends', async () => {
    let tries = 0;
    const busy: Send = async (...asked) => {
      tries += 1;
      return tries > 2
        ? fetch(...asked)
        : new Response('{}', { status: 503, headers: { 'retry-after': '0' } });
    };
    expect((await connect(busy).propose(refund())).action).toBe('billing.refund');
    const away: Send = async () => {
      throw new TypeError('nobody there');
    };
    await expect(connect(away, 0).propose(refund())).rejects.toMatchObject({ status: 0 });
  });

  it('stops when it is told to', async () => {
    const { id } = await connect().propose(refund());
    const stop = new AbortController();
    const waiting = connect().wait(id, { signal: stop.signal });
    await world.door.waits.reached(1);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
