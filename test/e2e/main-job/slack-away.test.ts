import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import type { BotProcess } from '../../support/bot-process.ts';
import { type Company, openCompany } from '../../support/company.ts';
import { ask, type Reply, refund } from '../../support/door.ts';
import { startTestWorkspace } from '../../support/start-test-workspace.ts';

const ACCOUNTS = Array.from({ length: 16 }, (_, index) => String(4_471 + index));
let unused: readonly string[] = ACCOUNTS;
let folder: string;
let company: Company;
/** The one that is there now; company.workspace is only the first. */
let slack: Workspace;
let bot: BotProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-slack-'));
  company = await openCompany({ accounts: ACCOUNTS, workspace: { stateFile: join(folder, 'state.json') } });
});
afterAll(async () => {
  await slack?.stop();
  await company?.close();
  await rm(folder, { recursive: true, force: true });
});

async function comeBack(): Promise<void> {
  const port = Number(new URL(company.workspace.url).port);
  const stateFile = join(folder, 'state.json');
  ({ workspace: slack } = await startTestWorkspace({ port, stateFile, botUrl: bot.url }));
}

function propose(amount: string, until: string): Promise<Reply> {
  const [account = '', ...rest] = unused;
  unused = rest;
  return ask(bot, `/v1/proposals?wait=30&until=${until}`, { body: refund({ account, amount }) });
}

/** Accepted and judged whatever Slack does. */
async function proposeThree(): Promise<number[]> {
  const replies = await Promise.all([1, 2, 3].map(() => propose('900.00', 'judged')));
  for (const { status, body } of replies) expect([status, body.state]).toEqual([202, 'pending']);
  return replies.map(({ body }) => body.number);
}

async function expectOneCardEach(numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await company.card(number);
  await company.quiet();
  for (const number of numbers) expect(await company.copies(number)).toHaveLength(1);
}

async function expectDecidable(number = 0): Promise<void> {
  await company.as('lea').click(await company.card(number), 'Approve');
  const { body } = await ask(bot, `/v1/proposals/${number}?wait=30&until=settled`);
  expect(body.state).toBe('executed');
  await company.settled(number, 'Done in Billing ledger');
}

describe('while Slack', () => {
  it('is gone, the bot starts all the same, proposals are taken and written, and cards wait and come once', async () => {
    await company.workspace.stop();
    bot = await company.startBot();
    const numbers = await proposeThree();
    expect(await bot.readiness()).toBe(200);
    expect((await propose('20.00', 'settled')).body.state).toBe('executed');
    await comeBack();
    await expectOneCardEach(numbers);
    await expectDecidable(numbers[0]);
  });

  it.each([
    ['answers 429 to everything', { kind: 'rate_limited', retryAfter: 1, times: 3 }],
    ['answers 500 to everything', { kind: 'error_before', times: 3 }],
    ['drops every connection', { kind: 'drop_before', times: 3 }],
  ])('%s, nothing is lost, and each card comes once', async (_, fault) => {
    await slack.control('fault', fault);
    const numbers = await proposeThree();
    expect(await bot.readiness()).toBe(200);
    await expectOneCardEach(numbers);
    await expectDecidable(numbers[0]);
  });

  it('is gone when something is decided, the card catches up', async () => {
    const numbers = await proposeThree();
    await expectOneCardEach(numbers);
    await slack.stop();
    const withdrawn = await ask(bot, `/v1/proposals/${numbers[0]}/withdraw`, { method: 'POST' });
    expect(withdrawn.body.state).toBe('withdrawn');
    await comeBack();
    await company.settled(numbers[0] ?? 0, 'Withdrawn');
    await expectOneCardEach(numbers);
    await expectDecidable(numbers[1]);
    expect(bot.errors()).toEqual([]);
  });
});
