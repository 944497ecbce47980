import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startPostgres } from '../../../src/demo/postgres.ts';
import type { BotProcess } from '../../support/bot-process.ts';
import { type Company, openCompany, REFUNDS } from '../../support/company.ts';
import { ask, type Reply, refund } from '../../support/door.ts';

const SOON = { timeout: 20_000 };
let folder: string;
let server: EmbeddedPostgres;
let company: Company;
let bot: BotProcess;

/** On the same port and data each time. */
async function startServer(port = 0): Promise<void> {
  server = await startPostgres({ dataDir: join(folder, 'postgres'), port });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-away-'));
  await chmod(folder, 0o755); // For the user that Postgres runs as where we are root.
  await startServer();
  const databaseUrl = await server.ensureDatabase('countersign');
  company = await openCompany({ databaseUrl, accounts: ['4471', '4472', '4480'] });
  bot = await company.startBot();
});
afterAll(async () => {
  await company?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function whileAway(act: () => Promise<void>): Promise<void> {
  const port = Number(new URL(server.url).port);
  await server.stop();
  try {
    await act();
  } finally {
    await startServer(port);
  }
}

async function stored(): Promise<number> {
  const [row] = await company.sql<{ n: number }[]>`select count(*)::int as n from proposal`;
  return row?.n ?? -1;
}

async function pending(account: string): Promise<number> {
  const { body } = await ask(bot, '/v1/proposals?wait=30', { body: refund({ account, amount: '900.00' }) });
  return body.number;
}

/** Asks again for as long as the answer is to ask again. */
async function patiently(asking: () => Promise<Reply>): Promise<Reply> {
  let reply = await asking();
  await expect
    .poll(async () => {
      if (reply.status === 503) reply = await asking();
      return reply.status;
    }, SOON)
    .not.toBe(503);
  return reply;
}

/** Clicks, and does as the bot says if it could not be recorded. */
async function approve(number: number): Promise<void> {
  const card = await company.card(number);
  const decision = async () => (await ask(bot, `/v1/proposals/${number}`)).body.decision;
  await expect
    .poll(async () => {
      if ((await decision()) === null) await company.as('lea').tryClick(card, 'Approve');
      return decision();
    }, SOON)
    .toBe('approved');
}

describe('while Postgres is away', () => {
  it('the webhook accepts nothing, a click is told to try again, and all goes on by itself after', {
    timeout: 40_000, // Less than what is waited for below: whoever waits is woken, not let go.
  }, async () => {
    const lea = company.as('lea');
    const number = await pending('4471');
    const card = await company.card(number);
    await company.quiet();
    const before = await stored();

    await whileAway(async () => {
      const began = performance.now();
      const refused = await ask(bot, '/v1/proposals', { body: refund({ account: '4472', amount: '20.00' }) });
      expect(refused).toMatchObject({ status: 503, body: { type: '/problems/database-away' } });
      expect(refused.headers.get('retry-after')).toMatch(/^[1-9]/);
      expect(performance.now() - began).toBeLessThan(11_000);
      expect(await bot.readiness()).toBe(503);
      expect((await fetch(`${bot.url}/livez`)).status).toBe(200);
      await lea.tryClick(card, 'Approve');
      await lea.message(REFUNDS, 'The database did not answer');
      expect(lea.buttons(await lea.reread(card))).toContain('Approve');
    });

    await expect.poll(() => bot.readiness(), SOON).toBe(200);
    expect(await stored()).toBe(before);
    expect((await patiently(() => ask(bot, `/v1/proposals/${number}`))).body).toMatchObject({
      state: 'pending',
      decisions: [],
    });
    const held = patiently(() => ask(bot, `/v1/proposals/${number}?wait=60&until=settled`));
    await approve(number);
    expect((await held).body.state).toBe('executed');
    await company.settled(number, 'Done in Billing ledger');
    const { status, body } = await patiently(() =>
      ask(bot, '/v1/proposals?wait=30&until=settled', { body: refund({ account: '4472', amount: '20.00' }) }),
    );
    expect([status, body.state]).toEqual([202, 'executed']);
  });

  it('a write under way is not forgotten, and is written once', async () => {
    const number = await pending('4480');
    await company.card(number);
    await company.quiet();
    company.billing.faults.inject({ when: 'after', answer: 'hang' }, { on: /POST \/refunds/, times: 1 });
    await company.as('lea').click(await company.card(number), 'Approve');
    await expect.poll(() => company.refunds('4480'), SOON).toHaveLength(1);
    // Its answer is lost after five seconds, and then there is nowhere to record that.
    await whileAway(() => bot.logged('execution.stumbled'));
    await expect.poll(() => bot.readiness(), SOON).toBe(200);
    await company.leasesEnd();
    const settled = await patiently(() => ask(bot, `/v1/proposals/${number}?wait=30&until=settled`));
    expect(settled.body.state).toBe('executed');
    expect(await company.refunds('4480')).toHaveLength(1);
  });
});
