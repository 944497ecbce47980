import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { acmeAccounts } from '../../src/demo/billing/acme-accounts.ts';
import { type Billing, startBilling } from '../../src/demo/billing/billing.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const token = 'billing-token';
let database: FreshDatabase;
let billing: Billing;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await freshDatabase();
  billing = await startBilling({ databaseUrl: database.url, token });
  sql = postgres(database.url, { max: 2 });
});

afterAll(async () => {
  await sql.end();
  await billing.stop();
  await database.drop();
});

type Reply = { status: number; body: Record<string, unknown>; headers: Headers };

async function call(
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
) {
  const response = await fetch(billing.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  return { status: response.status, body: await response.json(), headers: response.headers } as Reply;
}

const get = (path: string) => call('GET', path);

function post(path: string, body: unknown, key?: string): Promise<Reply> {
  return call('POST', path, { body, ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }) });
}

let next = 0;

/** A new account with a paid and an open invoice of 100.00 each. */
async function newAccount(): Promise<string> {
  const id = String(900_000 + next++);
  const invoices = [
    { id: 'inv_1', amount: '100.00', state: 'paid' as const },
    { id: 'inv_2', amount: '100.00', state: 'open' as const },
  ];
  await billing.seed([{ id, name: 'Test', invoices }]);
  return id;
}

/** Keeps everybody else from changing the account until the returned function is called. */
async function holdAccount(id: string): Promise<() => Promise<unknown>> {
  const holder = await sql.reserve();
  await holder`begin`;
  await holder`select from billing.account where id = ${id} for update`;
  return async () => {
    await holder`commit`;
    holder.release();
  };
}

async function countWaiting(): Promise<number> {
  const rows = await sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return rows.length;
}

const refund = (account: string, amount: string, key?: string, invoice = 'inv_1') =>
  post('/refunds', { account, invoice, amount }, key);

describe('POST /refunds', () => {
  it('changes invoice, balance, refundable and version, and can be found again', async () => {
    const account = await newAccount();
    expect((await get(`/accounts/${account}`)).body).toEqual({
      id: account,
      name: 'Test',
      balance: '100.00',
      refundable: '100.00',
      version: 1,
      invoices: [
        { id: 'inv_1', amount: '100.00', state: 'paid' },
        { id: 'inv_2', amount: '100.00', state: 'open' },
      ],
    });
    expect((await get(`/refunds?key=find-${account}`)).status).toBe(404);
    const made = await refund(account, '20', `find-${account}`);
    const expected = {
      id: expect.stringMatching(/^re_/),
      state: 'posted',
      account,
      invoice: 'inv_1',
      amount: '20.00',
    };
    expect(made).toMatchObject({ status: 201, body: expected });
    expect((await get(`/refunds?key=find-${account}`)).body).toEqual(made.body);
    expect((await get(`/refunds/${String(made.body.id)}`)).body).toEqual(made.body);
    expect((await get(`/accounts/${account}`)).body).toMatchObject({
      balance: '80.00',
      refundable: '80.00',
      version: 2,
      invoices: [{ state: 'partly_refunded' }, { state: 'open' }],
    });
  });

  it('gives no more back than was paid, also when six ask at once', async () => {
    const account = await newAccount();
    const release = await holdAccount(account);
    const asked = Promise.all(
      Array.from({ length: 6 }, (_, n) => refund(account, '30.00', `${account}-${n}`)),
    );
    await expect.poll(countWaiting, { timeout: 5_000 }).toBe(6);
    await release();
    const replies = await asked;
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(replies.filter(({ status }) => status === 422)).toHaveLength(3);
    expect(replies.find(({ status }) => status === 422)?.body).toEqual({
      error: 'Only 10.00 of invoice inv_1 can be refunded',
    });
    expect((await get(`/accounts/${account}`)).body).toMatchObject({ refundable: '10.00', version: 4 });
  });

  it('happens once a key, also when eight send it at once', async () => {
    const account = await newAccount();
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => refund(account, '20.00', `once-${account}`)),
    );
    expect(new Set(replies.map(({ status, body }) => `${status} ${String(body.id)}`)).size).toBe(1);
    expect((await get(`/accounts/${account}`)).body).toMatchObject({ refundable: '80.00', version: 2 });
  });

  it('refuses a key that came with another body, and keeps a refusal as the answer of its key', async () => {
    const account = await newAccount();
    await refund(account, '20.00', `other-${account}`);
    expect((await refund(account, '30.00', `other-${account}`)).status).toBe(409);
    expect((await refund(account, '90.00', `late-${account}`)).status).toBe(422);
    const made = await get(`/refunds?key=other-${account}`);
    await post(`/refunds/${String(made.body.id)}/void`, {});
    expect((await refund(account, '90.00', `late-${account}`)).status).toBe(422);
  });

  it('refuses an open invoice, an unknown one, and amounts that are no money', async () => {
    const account = await newAccount();
    expect(await refund(account, '5.00', 'a', 'inv_2')).toMatchObject({
      status: 422,
      body: { error: 'Invoice inv_2 is not paid' },
    });
    expect((await refund(account, '5.00', 'b', 'inv_3')).status).toBe(404);
    for (const amount of ['0', '0.00', '-5', '5.1', '1e3', 5]) {
      expect((await post('/refunds', { account, invoice: 'inv_1', amount })).status).toBe(400);
    }
    expect((await get(`/accounts/${account}`)).body).toMatchObject({ refundable: '100.00', version: 1 });
  });
});

describe('POST /refunds/:id/void', () => {
  it('restores the account once, is the same again under its key, and refused under another', async () => {
    const account = await newAccount();
    const { body } = await refund(account, '100.00', `void-${account}`);
    expect((await get(`/accounts/${account}`)).body).toMatchObject({ invoices: [{ state: 'refunded' }, {}] });
    const path = `/refunds/${String(body.id)}/void`;
    const replies = await Promise.all(
      ['x', 'x', 'y'].map((key) => post(path, undefined, `${key}-${account}`)),
    );
    expect(replies[0]).toMatchObject({ status: replies[1]?.status, body: replies[1]?.body });
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect((await get(`/refunds/${String(body.id)}`)).body).toMatchObject({ state: 'voided' });
    expect((await get(`/accounts/${account}`)).body).toMatchObject({
      balance: '100.00',
      refundable: '100.00',
      version: 3,
      invoices: [{ state: 'paid' }, { state: 'open' }],
    });
  });

  it('does not know a refund that was never made', async () => {
    expect((await post('/refunds/re_none/void', {})).status).toBe(404);
  });
});

describe('POST /accounts/:id/write-offs', () => {
  it('lowers the balance, only from the version that was seen, and never below nothing', async () => {
    const account = await newAccount();
    const path = `/accounts/${account}/write-offs`;
    const seen = { body: { amount: '60.00' }, headers: { 'if-match': '"1"' } };
    expect((await call('POST', path, seen)).status).toBe(201);
    expect((await call('POST', path, seen)).status).toBe(412);
    expect(await post(path, { amount: '60.00' })).toMatchObject({
      status: 422,
      body: { error: 'Only 40.00 is owed' },
    });
    expect((await get(`/accounts/${account}`)).body).toMatchObject({ balance: '40.00', version: 2 });
  });
});

describe('every request', () => {
  it('needs the token, and stands in the ledger', async () => {
    const account = await newAccount();
    const headers = { 'idempotency-key': `key-${account}`, 'countersign-receipt': 'eyJ.x.y' };
    const body = { account, invoice: 'inv_1', amount: '5.00' };
    const stranger = { ...headers, authorization: 'Bearer other' };
    expect((await call('POST', '/refunds', { body, headers: stranger })).status).toBe(401);
    expect((await call('POST', '/refunds', { body, headers })).status).toBe(201);
    const calls = (await billing.ledger()).filter(
      ({ idempotencyKey }) => idempotencyKey === `key-${account}`,
    );
    const expected = { method: 'POST', path: '/refunds', receipt: 'eyJ.x.y', body: JSON.stringify(body) };
    expect(calls).toMatchObject([
      { ...expected, status: 401, at: expect.any(Date) },
      { ...expected, status: 201 },
    ]);
  });

  it('is refused if it is too long, no JSON object, or for no page', async () => {
    expect((await post('/refunds', { account: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await post('/refunds', ['a'])).status).toBe(400);
    expect((await post('/nowhere', {})).status).toBe(404);
    expect((await get('/accounts/none')).status).toBe(404);
    expect((await call('DELETE', '/refunds')).status).toBe(405);
  });
});

describe('inject', () => {
  async function faulty(fault: Parameters<Billing['faults']['inject']>[0]): Promise<string> {
    onTestFinished(() => billing.faults.clear());
    const account = await newAccount();
    billing.faults.inject(fault, { on: /^POST \/refunds$/, times: 1 });
    return account;
  }

  it('answers 429 with Retry-After once, without the effect', async () => {
    const account = await faulty({ when: 'before', answer: { status: 429, retryAfterSeconds: 2 } });
    const reply = await refund(account, '10.00', `f-${account}`);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await get(`/refunds?key=f-${account}`)).status).toBe(404);
    expect((await refund(account, '10.00', `f-${account}`)).status).toBe(201);
  });

  it('answers 500 after the effect', async () => {
    const account = await faulty({ when: 'after', answer: { status: 500 } });
    expect((await refund(account, '10.00', `f-${account}`)).status).toBe(500);
    expect((await get(`/refunds?key=f-${account}`)).status).toBe(200);
  });

  it('drops the connection after the effect; the same key then gets the answer that was lost', async () => {
    const account = await faulty({ when: 'after', answer: 'drop' });
    await expect(refund(account, '10.00', `f-${account}`)).rejects.toThrow('fetch failed');
    expect((await refund(account, '10.00', `f-${account}`)).status).toBe(201);
    expect((await get(`/accounts/${account}`)).body).toMatchObject({ refundable: '90.00' });
  });

  it('hangs, and is late', async () => {
    const account = await faulty({ when: 'before', answer: 'hang' });
    const hanging = fetch(`${billing.url}/refunds`, { method: 'POST', signal: AbortSignal.timeout(200) });
    await expect(hanging).rejects.toThrow(/timeout/);
    billing.faults.inject({ latencyMs: 150 }, { times: 1 });
    const before = performance.now();
    expect((await get(`/accounts/${account}`)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(149);
  });

  it('refuses connections until it is cleared', async () => {
    onTestFinished(() => billing.faults.clear());
    await billing.faults.refuseConnections();
    await expect(get('/accounts/none')).rejects.toThrow('fetch failed');
    await billing.faults.clear();
    expect((await get('/accounts/none')).status).toBe(404);
  });
});

describe('seed', () => {
  it("leaves Acme's accounts as they are when it is told twice", async () => {
    await billing.seed(acmeAccounts);
    await refund('4471', '250.00', 'seed-once', 'inv_9');
    await billing.seed(acmeAccounts);
    expect((await get('/accounts/4471')).body).toMatchObject({
      name: 'Northwind Outfitters',
      balance: '390.00',
      refundable: '23120.00',
    });
  });

  it('keeps what happened when billing starts again', async () => {
    const account = await newAccount();
    await refund(account, '10.00', `kept-${account}`);
    const again = await startBilling({ databaseUrl: database.url, token });
    onTestFinished(() => again.stop());
    const response = await fetch(`${again.url}/accounts/${account}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await response.json()).toMatchObject({ refundable: '90.00' });
  });
});
