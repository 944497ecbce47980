import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { type Company, openCompany } from '../../support/company.ts';
import { ask, refund } from '../../support/door.ts';
import { startTestWorkspace } from '../../support/start-test-workspace.ts';

let folder: string;
let stateFile: string;
let company: Company;
let again: Workspace | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-slack-'));
  stateFile = join(folder, 'workspace.json');
  company = await openCompany({ accounts: ['4471', '4472', '4480'], workspace: { stateFile } });
});
afterEach(async () => {
  await again?.stop();
  again = undefined;
  await company.close();
  await rm(folder, { recursive: true, force: true });
});

/** Three proposals that somebody has to decide; accepted and judged whatever Slack does. */
async function proposeThree(url: string): Promise<number[]> {
  const replies = await Promise.all(
    ['4471', '4472', '4480'].map((account) =>
      ask({ url }, '/v1/proposals?wait=30', { body: refund({ account, amount: '900.00' }) }),
    ),
  );
  expect(replies.map(({ status, body }) => [status, body.state])).toEqual(
    replies.map(() => [202, 'pending']),
  );
  return replies.map(({ body }) => body.number);
}

async function expectOneCardEach(numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await company.card(number);
  await company.quiet();
  for (const number of numbers) expect(await company.copies(number)).toHaveLength(1);
}

async function expectDecidable(url: string, number: number): Promise<void> {
  await company.as('lea').click(await company.card(number), 'Approve');
  const { body } = await ask({ url }, `/v1/proposals/${number}?wait=30&until=settled`);
  expect(body.state).toBe('executed');
  await company.settled(number, 'Done in Billing ledger');
}

describe('while Slack', () => {
  it.each([
    ['answers 429 to everything', { kind: 'rate_limited', retryAfter: 1, times: 4 }],
    ['answers 500 to everything', { kind: 'error_before', times: 4 }],
    ['drops every connection', { kind: 'drop_before', times: 4 }],
  ])('%s, nothing is lost, and each card comes once', async (_, fault) => {
    const bot = await company.startBot();
    await company.workspace.control('fault', fault);
    const numbers = await proposeThree(bot.url);
    expect(await bot.readiness()).toBe(200);
    await expectOneCardEach(numbers);
    await expectDecidable(bot.url, numbers[0] ?? 0);
    expect(bot.errors()).toEqual([]);
  });

  it('is gone for a while, also when the bot starts, cards wait and come once', async () => {
    const port = Number(new URL(company.workspace.url).port);
    await company.workspace.stop();
    const bot = await company.startBot();
    const numbers = await proposeThree(bot.url);
    expect(await bot.readiness()).toBe(200);
    const small = await ask(bot, '/v1/proposals?wait=30&until=settled', {
      body: refund({ account: '4471', amount: '20.00' }),
    });
    expect(small.body.state).toBe('executed');
    ({ workspace: again } = await startTestWorkspace({ port, stateFile, botUrl: bot.url }));
    await expectOneCardEach(numbers);
  });

  it('is gone between the decision and its card, the card catches up', async () => {
    const port = Number(new URL(company.workspace.url).port);
    const bot = await company.startBot();
    const numbers = await proposeThree(bot.url);
    await expectOneCardEach(numbers);
    await company.workspace.stop();
    const [number = 0] = numbers;
    const withdrawn = await ask(bot, `/v1/proposals/${number}/withdraw`, { method: 'POST' });
    expect(withdrawn.body.state).toBe('withdrawn');
    ({ workspace: again } = await startTestWorkspace({ port, stateFile, botUrl: bot.url }));
    await company.settled(number, 'Withdrawn');
    await company.quiet();
    expect(await company.copies(number)).toHaveLength(1);
    await expectDecidable(bot.url, numbers[1] ?? 0);
  });
});
