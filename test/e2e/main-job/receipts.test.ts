import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BotProcess } from '../../support/bot-process.ts';
import { type Company, openCompany } from '../../support/company.ts';
import { ask, refund } from '../../support/door.ts';

const TOKEN = 'billing-token-of-the-queue-alone-0001';
let company: Company;
let bot: BotProcess;
beforeAll(async () => {
  company = await openCompany({ accounts: ['4471', '4472'] });
  bot = await company.startBot();
  company.billing.demandReceipts(`${bot.url}/.well-known/jwks.json`);
});
afterAll(() => company?.close());

/** A write of somebody who has the credential, and perhaps a receipt. */
async function post(body: string, key: string, receipt?: string, path = '/refunds'): Promise<number> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    'idempotency-key': key,
    ...(receipt === undefined ? {} : { 'countersign-receipt': receipt }),
  };
  return (await fetch(company.billing.url + path, { method: 'POST', headers, body })).status;
}

describe('a system that asks for receipts', () => {
  it('writes what was approved, and nothing else, whoever holds its credential', async () => {
    const { body } = await ask(bot, '/v1/proposals?wait=30&until=settled', {
      body: refund({ account: '4471', amount: '20.00' }),
    });
    expect(body.state).toBe('executed');
    expect(await company.refunds('4471')).toHaveLength(1);
    const [sent] = (await company.billing.ledger()).filter(({ method }) => method === 'POST');
    const { body: written = '', receipt = '', idempotencyKey = '' } = sent ?? {};
    const [key, mine] = [idempotencyKey ?? '', receipt ?? ''];

    expect(await post(written, 'another')).toBe(403);
    expect(await post(written, 'another', mine), 'the same again, under another key').toBe(403);
    expect(await post(written.replace('20.00', '20000.00'), key, mine), 'another amount').toBe(403);
    expect(await post(written, key, mine, '/refunds?x=1'), 'another address').toBe(403);
    const [head = '', payload = '', signature = ''] = mine.split('.');
    const forged = Buffer.from(payload, 'base64url').toString().replace('4471', '4472');
    expect(
      await post(written, key, `${head}.${Buffer.from(forged).toString('base64url')}.${signature}`),
    ).toBe(403);
    expect(await post(written, key, 'a.b.c')).toBeGreaterThanOrEqual(400);
    // What was approved may come again: it is known by its key, and written once.
    expect(await post(written, key, mine)).toBe(201);
    expect(await company.refunds('4471')).toHaveLength(1);
  });
});
