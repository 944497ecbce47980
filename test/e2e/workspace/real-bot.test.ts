import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BotProcess } from '../../support/bot-process.ts';
import { openBrowser } from '../../support/browser.ts';
import { type Company, openCompany } from '../../support/company.ts';
import { ask, refund } from '../../support/door.ts';
import { openSlowLine } from '../../support/slow-line.ts';
import { testKeys } from '../../support/start-test-workspace.ts';
import { visit } from '../../support/workspace-page.ts';

const [APPROVALS, OPS] = ['C0REFUNDAPP', 'C0AGENTOPS1'];
const ACCOUNTS = Array.from({ length: 9 }, (_, index) => String(4_471 + index));
let browser: Browser;
let company: Company;
let bot: BotProcess;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  [browser, company] = await Promise.all([openBrowser(), openCompany({ accounts: ACCOUNTS })]);
  bot = await company.startBot();
});
afterAll(async () => {
  await browser?.close();
  await company?.close();
});
afterEach(() => expect(errors).toEqual([]));

async function be(as: string, at: string, width = 1280): Promise<void> {
  await page?.context().close();
  page = await visit(browser, company.workspace.url, { as, at, width }, (error) =>
    errors.push(String(error)),
  );
}

async function propose(account: string): Promise<number> {
  const body = refund({ account, amount: '1250.00' });
  return (await ask(bot, '/v1/proposals?wait=30', { body })).body.number;
}

async function stateOf(number: number): Promise<string> {
  return (await ask(bot, `/v1/proposals/${number}?wait=30&until=settled`)).body.state;
}

/** The card itself, not what is said about it. */
function card(number: number): Locator {
  return page
    .getByRole('article')
    .filter({ hasText: `#${number} ·`, has: page.getByRole('heading', { name: /1250\.00/ }) });
}

function press(number: number, name: 'Approve' | 'Reject'): Promise<void> {
  return card(number)
    .getByRole('button', { name: new RegExp(`^${name}: `) })
    .click();
}

async function say(text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^Message/ }).fill(text);
  await page.keyboard.press('Enter');
}

const onlyForMe = () => page.getByRole('article').filter({ hasText: 'Only visible to you' }).last();

describe('through the page, with the real bot', () => {
  it('Lea approves on the card, and the card says that it is done', async () => {
    await be('lea', APPROVALS);
    const number = await propose('4471');
    await press(number, 'Approve');
    await card(number).getByText('Done', { exact: true }).waitFor();
    expect(
      await card(number)
        .getByRole('button', { name: /^Approve/ })
        .count(),
    ).toBe(0);
    expect(await company.refunds('4471')).toHaveLength(1);
  });

  it('Max rejects with a reason, which everybody reads on the card', async () => {
    await be('max', APPROVALS);
    const number = await propose('4472');
    await press(number, 'Reject');
    const modal = page.getByRole('dialog', { name: `Reject #${number}` });
    await modal.getByRole('textbox', { name: 'Why not?' }).fill('Refunded by hand yesterday');
    await modal.getByRole('button', { name: 'Reject', exact: true }).click();
    await card(number).getByText('Refunded by hand yesterday').first().waitFor();
    expect(await stateOf(number)).toBe('rejected');
  });

  it('Olga, who may not, is told who may, and nothing is recorded', async () => {
    await be('olga', APPROVALS);
    const number = await propose('4473');
    await press(number, 'Approve');
    await onlyForMe().getByText('@support-leads').first().waitFor();
    const { body } = await ask(bot, `/v1/proposals/${number}`);
    expect(body).toMatchObject({ state: 'pending', decisions: [] });
  });

  it('Lee switches everything off and on again', async () => {
    await be('lee', OPS);
    await say('/agent disable because I am trying it out');
    await page.getByRole('heading', { name: 'Off: everything' }).first().waitFor();
    const refused = await ask(bot, '/v1/proposals', { body: refund({ account: '4474' }) });
    expect(refused.status).toBe(423);
    await say('/agent enable all');
    await page.getByRole('heading', { name: 'On: everything' }).first().waitFor();
  });

  it('the CFO asks what was done with account 4471', async () => {
    await be('cfo', OPS);
    await say('/agent audit 4471');
    await onlyForMe()
      .getByText(/refund-agent returned \$1,250\.00 to account 4471/)
      .first()
      .waitFor();
  });

  it('a late acknowledgement is told in Slack’s words, and what was pressed still counts', async () => {
    await be('lea', APPROVALS);
    const number = await propose('4475');
    await card(number).waitFor();
    const line = await openSlowLine(bot.url, 4_500);
    company.workspace.setBotUrl(line.url);
    try {
      await press(number, 'Approve');
      await say('/agent status');
      await page.getByText('Operation timed out. Apps need to respond within three seconds.').waitFor();
      await page.getByText('/agent failed with the error "operation_timeout"').waitFor();
      await card(number).getByText('Done', { exact: true }).waitFor();
      expect(await stateOf(number)).toBe('executed');
    } finally {
      company.workspace.setBotUrl(bot.url);
      await line.close();
    }
  });

  it('a storm of 429 is seen beside it, and each card comes once all the same', async () => {
    await company.workspace.control('fault', { kind: 'rate_limited', retryAfter: 1, times: 4 });
    await be('lea', APPROVALS);
    const numbers = await Promise.all([propose('4476'), propose('4477')]);
    await page.getByRole('button', { name: /^Requests/ }).click();
    const log = page.getByRole('complementary', { name: 'Requests' });
    await log.getByText('ratelimited').first().waitFor();
    for (const number of numbers) await card(number).waitFor();
    await company.quiet();
    for (const number of numbers) expect(await card(number).count()).toBe(1);
    expect(bot.errors()).toEqual([]);
  });

  it('fits a phone: the card, its buttons and the modal', async () => {
    await be('lea', APPROVALS, 390);
    const number = await propose('4478');
    const approve = card(number).getByRole('button', { name: /^Approve: / });
    expect((await approve.boundingBox())?.height).toBeGreaterThanOrEqual(40);
    await press(number, 'Reject');
    const modal = page.getByRole('dialog', { name: `Reject #${number}` });
    await modal.getByRole('textbox').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.keyboard.press('Escape');
    await approve.click();
    await card(number).getByText('Done', { exact: true }).waitFor();
  });

  it('over Socket Mode all the same: Lea approves, and a command answers', async () => {
    expect(await bot.kill('SIGTERM')).toMatchObject({ code: 0 });
    await company.workspace.control('socket_mode', { on: true });
    bot = await company.startBot({ SLACK_APP_TOKEN: testKeys.appToken });
    company.workspace.setBotUrl('http://127.0.0.1:9'); // No request URL is ever called.
    await be('lea', APPROVALS);
    const number = await propose('4479');
    await press(number, 'Approve');
    await card(number).getByText('Done', { exact: true }).waitFor();
    await say('/agent status');
    await onlyForMe().getByText('Everything is on.').waitFor();
    await page.getByRole('button', { name: /^Requests/ }).click();
    const requests = page.getByRole('complementary', { name: 'Requests' });
    const sent = requests.getByRole('group').filter({ hasText: '/agent' }).first();
    await sent.locator('summary').click();
    await sent.getByText('Socket Mode').waitFor();
  });
});
