import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acmeAccounts } from '../../src/demo/billing/acme-accounts.ts';
import { startDemoAgent } from '../../src/demo/demo-agent.ts';
import { openingLength, script } from '../../src/demo/demo-agent-script.ts';

type Received = {
  headers: IncomingHttpHeaders;
  path: string | undefined;
  body: { input: { invoice: string } };
};

/** A bot that answers with these statuses in turn, and with the last one from then on. */
async function startBot(...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, path: request.url, body: JSON.parse(body) });
      const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 500;
      response.writeHead(status).end(JSON.stringify({ number: 1000 + received.length, detail: 'Because.' }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const log: string[] = [];
  const options = {
    url: `http://127.0.0.1:${port}`,
    key: 'whsec_demo',
    log: (line: string) => void log.push(line),
    everyMs: 1,
  };
  return { received, log, options, keys: () => received.map(({ headers }) => headers['idempotency-key']) };
}

describe('startDemoAgent', () => {
  it('proposes with its key, a reason, evidence and a thread, and falls quiet', async () => {
    const bot = await startBot(202);
    await startDemoAgent({ ...bot.options, rounds: 3 }).finished;
    expect(bot.received).toHaveLength(3);
    expect(bot.received[0]).toMatchObject({
      path: '/v1/proposals',
      headers: { authorization: 'Bearer whsec_demo', 'idempotency-key': 'demo-ticket-48213' },
      body: {
        action: 'billing.refund',
        input: { account: '4480', invoice: 'inv_32', amount: '45.50' },
        reason: expect.stringContaining('Charged twice'),
        evidence: [{ title: 'Ticket 48213', url: 'https://support.acme.test/tickets/48213' }],
        metadata: { thread: 'support-48213' },
      },
    });
    expect(bot.log[0]).toBe('Demo agent proposed #1001: refund 45.50 of inv_32, account 4480.');
  });

  it('asks again under the same key until the bot is ready, and says once why it waits', async () => {
    const bot = await startBot(503, 503, 429, 423, 202);
    await startDemoAgent({ ...bot.options, rounds: 1 }).finished;
    expect(bot.keys()).toEqual(Array(5).fill('demo-ticket-48213'));
    expect(bot.log.filter((line) => line.includes('not ready (503)'))).toHaveLength(1);
  });

  it('passes over what an earlier run proposed, and what is refused', async () => {
    const bot = await startBot(200, 422, 202);
    await startDemoAgent({ ...bot.options, rounds: 1 }).finished;
    expect(bot.keys()).toEqual(['demo-ticket-48213', 'demo-ticket-48190', 'demo-ticket-48207']);
    expect(bot.log[1]).toBe('Demo agent was refused (422): refund 1480.00 of inv_22, account 4472. Because.');
  });

  it('gives up at once where its key is not known', async () => {
    const bot = await startBot(401);
    await startDemoAgent(bot.options).finished;
    expect(bot.received).toHaveLength(1);
  });

  it('stops while it waits for a bot that is not there', async () => {
    const waiting = Promise.withResolvers<string>();
    const agent = startDemoAgent({
      url: 'http://127.0.0.1:1',
      key: 'k',
      log: waiting.resolve,
      everyMs: 60_000,
    });
    expect(await waiting.promise).toBe('Demo agent waits: the bot does not answer.');
    await agent.stop();
    await agent.stop();
  });
});

describe('the script', () => {
  const invoiceOf = (line: (typeof script)[number]) =>
    acmeAccounts.find(({ id }) => id === line.account)?.invoices.find(({ id }) => id === line.invoice);

  it('asks for every invoice once, and for no more than it is', () => {
    for (const line of script)
      expect(Number(line.amount), line.invoice).toBeLessThanOrEqual(Number(invoiceOf(line)?.amount));
    expect(new Set(script.map(({ invoice }) => invoice)).size).toBe(script.length);
    expect(new Set(script.map(({ ticket }) => ticket)).size).toBe(script.length);
  });

  it('opens with every tier and an invoice that is not paid', () => {
    const opening = script.slice(0, openingLength);
    const paid = opening
      .filter((line) => invoiceOf(line)?.state === 'paid')
      .map(({ amount }) => Number(amount));
    expect(paid.length).toBeLessThan(opening.length);
    expect(paid.filter((amount) => amount < 500).length).toBeGreaterThan(1);
    expect(paid.filter((amount) => amount >= 500 && amount <= 5000).length).toBeGreaterThan(1);
    expect(paid.filter((amount) => amount > 5000).length).toBeGreaterThan(0);
  });

  it('leaves alone what people try the demo with', () => {
    expect(script.filter(({ invoice }) => ['inv_9', 'inv_12'].includes(invoice))).toEqual([]);
  });
});
