import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BotProcess } from '../../support/bot-process.ts';
import { type Company, openCompany, REFUNDS } from '../../support/company.ts';
import { ask, refund } from '../../support/door.ts';
import { startBalancer } from '../../support/signed-request.ts';

const ACCOUNTS = ['4471', '4472', '4480', '4502', '4519', '4533'];
let company: Company;
let bots: [BotProcess, BotProcess];
let balancer: { url: string; close(): void };
beforeAll(async () => {
  company = await openCompany({ accounts: ACCOUNTS });
  bots = [await company.startBot(), await company.startBot()];
  balancer = await startBalancer(bots.map(({ url }) => url));
  company.workspace.setBotUrl(balancer.url);
});
afterAll(async () => {
  balancer?.close();
  await company?.close();
});

describe('two clicks at the same instant on two processes', () => {
  it.each(ACCOUNTS.slice(0, 4))(
    'are one decision and one write, and the second person is told who was first (account %s)',
    async (account) => {
      const { body } = await ask(bots[0], '/v1/proposals?wait=30', {
        body: refund({ account, amount: '900.00' }),
      });
      const card = await company.card(body.number);
      const [lea, max] = [company.as('lea'), company.as('max')];
      await Promise.all([lea.tryClick(card, 'Approve'), max.tryClick(card, 'Approve')]);

      const after = await ask(bots[1], `/v1/proposals/${body.number}?wait=30&until=settled`);
      expect(after.body).toMatchObject({ state: 'executed' });
      const decisions = after.body.decisions as { by: { name: string } }[];
      expect(decisions).toHaveLength(1);
      const first = decisions[0]?.by.name;
      const second = first === 'Lea Brandt' ? max : lea;
      await second.message(REFUNDS, `${first} approved #${body.number} already; a decision is final.`);
      const key = await company.keyOf(body.number);
      expect(await company.refunds(account)).toEqual([{ amount: '900.00', key }]);
      const writes = (await company.billing.ledger()).filter((call) => call.idempotencyKey === key);
      // On a busy machine an answer can come too late, and the write goes out again under its key.
      expect(writes.length).toBeLessThanOrEqual((after.body.execution as { attempts: number }).attempts);
      await company.settled(body.number, `Approved by ${first}`);
      expect(await company.copies(body.number)).toHaveLength(1);
    },
  );

  it('that say yes and no are one decision', async () => {
    const { body } = await ask(bots[0], '/v1/proposals?wait=30', {
      body: refund({ account: '4519', amount: '900.00' }),
    });
    const card = await company.card(body.number);
    const [lea, max] = [company.as('lea'), company.as('max')];
    await max.click(card, 'Reject');
    await max.modal(`Reject #${body.number}`);
    await Promise.all([
      lea.tryClick(card, 'Approve'),
      max.submitModal({ 'Why not?': 'It was refunded by hand' }),
    ]);
    const { body: after } = await ask(bots[1], `/v1/proposals/${body.number}?wait=30&until=settled`);
    expect(after.decisions).toHaveLength(1);
    const refunds =
      after.state === 'executed' ? [{ amount: '900.00', key: await company.keyOf(body.number) }] : [];
    expect(after.state).toMatch(/^(executed|rejected)$/);
    expect(await company.refunds('4519')).toEqual(refunds);
  });
});

describe('two processes over one database', () => {
  it('accept one proposal for one idempotency key, whoever is asked', async () => {
    const asking = { body: refund({ account: '4533', amount: '20.00', idempotency_key: 'ticket-9001' }) };
    const replies = await Promise.all(
      [...bots, ...bots, ...bots].map((bot) => ask(bot, '/v1/proposals?wait=30&until=settled', asking)),
    );
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(replies.length - 1);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    expect(await company.refunds('4533')).toHaveLength(1);
  });

  it('end in time and without an error of their own', async () => {
    expect(bots.flatMap((bot) => bot.errors())).toEqual([]);
    expect(await Promise.all(bots.map((bot) => bot.kill('SIGTERM')))).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
  });
});
