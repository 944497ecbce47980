import { text } from 'node:stream/consumers';
import { type Callback, verifyCallback } from 'countersign/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, openCompany } from '../../support/company.ts';
import { AGENT_KEY, ask, refund } from '../../support/door.ts';
import { eventually } from '../../support/door-world.ts';
import { type Loopback, startHttp } from '../../support/loopback.ts';

let company: Company;
let receiver: Loopback;
const told: Callback[] = [];
let away = 2;

beforeAll(async () => {
  receiver = await startHttp((request, response) => {
    const take = async () => {
      const event = await verifyCallback(AGENT_KEY, request.headers, await text(request));
      away -= 1;
      if (away >= 0) return response.writeHead(503, { 'retry-after': '1' }).end();
      told.push(event);
      return response.writeHead(204).end();
    };
    void take();
  });
  company = await openCompany({ accounts: ['4471'] });
});
afterAll(async () => {
  await company?.close();
  await receiver.close();
});

describe('an agent with a callback', () => {
  it('is told of every change in order, also of those that came while it was away', async () => {
    const bot = await company.startBot({ REFUND_AGENT_CALLBACK: `${receiver.url}/told` });
    const { body } = await ask(bot, '/v1/proposals', { body: refund({ account: '4471' }) });
    await company.as('lea').click(await company.card(body.number), 'Approve');
    await ask(bot, `/v1/proposals/${body.number}?wait=60&until=settled`);
    const types = await eventually(async () => {
      const found = told.filter(({ data }) => data.number === body.number).map(({ type }) => type);
      return found.includes('proposal.executed') ? found : undefined;
    });
    expect(types).toEqual([
      'proposal.received',
      'proposal.pending',
      'proposal.approved',
      'proposal.executing',
      'proposal.executed',
    ]);
    expect(told.at(-1)?.data).toMatchObject({ state: 'executed', settled: true, outcome: 'executed' });
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    const versions = told.map(({ data }) => data.version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });
});
