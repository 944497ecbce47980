import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BotProcess } from '../../support/bot-process.ts';
import { type Company, openCompany } from '../../support/company.ts';
import { ask, type Reply, refund } from '../../support/door.ts';

const SOON = { timeout: 20_000 };
let company: Company;
beforeAll(async () => {
  company = await openCompany({ accounts: ['4471', '4472', '4480', '4502'] });
});
afterAll(() => company?.close());

async function pending(bot: BotProcess, account: string): Promise<number> {
  const { body } = await ask(bot, '/v1/proposals?wait=30', { body: refund({ account, amount: '900.00' }) });
  return body.number;
}

/** Lea approves; resolves without waiting for what comes of it. */
async function approve(number: number): Promise<void> {
  await company.as('lea').click(await company.card(number), 'Approve');
}

function settled(bot: BotProcess, number: number): Promise<Reply> {
  return ask(bot, `/v1/proposals/${number}?wait=30&until=settled`);
}

/** How often such a request reached billing and was left without an answer. */
async function unanswered(method: string, account: string): Promise<number> {
  const calls = await company.billing.ledger();
  const about = calls.filter(({ path, body }) => path.includes(account) || body.includes(`"${account}"`));
  return about.filter((call) => call.method === method && call.status === null).length;
}

/** What is true however it came about: one refund under one key, a card that says so, and nothing on the way. */
async function expectOneWrite(bot: BotProcess, number: number, account: string): Promise<void> {
  expect((await settled(bot, number)).body).toMatchObject({ state: 'executed', outcome: 'executed' });
  const key = await company.keyOf(number);
  expect(await company.refunds(account)).toEqual([{ amount: '900.00', key }]);
  await company.settled(number, 'Done in Billing ledger');
  expect(await company.copies(number)).toHaveLength(1);
}

describe('a bot that is killed', () => {
  it('between the approval and the write leaves it to another, which writes once', async () => {
    const doomed = await company.startBot();
    const number = await pending(doomed, '4471');
    await company.card(number);
    company.billing.faults.inject({ when: 'before', answer: 'hang' }, { on: /GET \/accounts\/4471/ });
    await approve(number);
    await expect.poll(() => unanswered('GET', '4471'), SOON).toBe(1);
    expect(await doomed.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await company.billing.faults.clear();
    expect(await company.refunds('4471')).toEqual([]);

    const heir = await company.startBot();
    await company.leasesEnd();
    await expectOneWrite(heir, number, '4471');
    await heir.kill('SIGTERM');
  });

  it('after the write and before its record leaves it to another, which finds that it is written', async () => {
    const doomed = await company.startBot();
    const number = await pending(doomed, '4472');
    await company.card(number);
    company.billing.faults.inject({ when: 'after', answer: 'hang' }, { on: /POST \/refunds/, times: 1 });
    await approve(number);
    await expect.poll(() => company.refunds('4472'), SOON).toHaveLength(1);
    await doomed.kill('SIGKILL');
    expect(await unanswered('POST', '4472')).toBe(1);

    const heir = await company.startBot();
    expect((await ask(heir, `/v1/proposals/${number}`)).body).toMatchObject({
      state: 'executing',
      settled: false,
      next: 'Wait. It is being written.',
    });
    await company.leasesEnd();
    await expectOneWrite(heir, number, '4472');
    const execution = (await settled(heir, number)).body.execution as { attempts: number };
    expect(execution.attempts).toBeGreaterThan(1);
    await heir.kill('SIGTERM');
  });

  it('right after it accepted a proposal leaves its judging and its card to another', async () => {
    const doomed = await company.startBot();
    company.billing.faults.inject({ when: 'before', answer: 'hang' }, { on: /GET \/accounts\/4502/ });
    const { status, body } = await ask(doomed, '/v1/proposals?wait=0', {
      body: refund({ account: '4502', amount: '900.00' }),
    });
    expect([status, body.state]).toEqual([202, 'received']);
    await expect.poll(() => unanswered('GET', '4502'), SOON).toBe(1);
    await doomed.kill('SIGKILL');
    await company.billing.faults.clear();

    const heir = await company.startBot();
    await company.leasesEnd();
    await approve(body.number);
    await expectOneWrite(heir, body.number, '4502');
  });
});
