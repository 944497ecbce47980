import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { openBrowser } from '../../support/browser.ts';
import { slackCaller } from '../../support/call-slack.ts';
import { startPlainApp } from '../../support/plain-bolt-app.ts';
import { startTestWorkspace } from '../../support/start-test-workspace.ts';

const tour = {
  proposal: {
    url: 'http://127.0.0.1:9/v1/proposals',
    headers: {},
    example: '{"action":"billing.refund","input":{"account":"4471","invoice":"inv_9","amount":"1250.00"}}',
  },
  steps: [
    {
      title: 'Ask as the CFO',
      text: 'What happened?',
      as: 'cfo',
      channel: '#agent-ops',
      prefill: '/agent audit 4471',
    },
  ],
};

let browser: Browser;
let workspace: Workspace;
let app: { stop: () => Promise<void> };
let page: Page;
let errors: string[];

beforeAll(async () => {
  browser = await openBrowser();
  ({ workspace } = await startTestWorkspace({ tour, rateLimits: false }));
  app = await startPlainApp(workspace);
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await workspace?.stop();
});

beforeEach(() => {
  errors = [];
});

afterEach(async () => {
  await page.context().close();
  expect(errors).toEqual([]);
});

async function open(as: string, at: string, width = 1280): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 844 }, timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${workspace.url}/?as=${as}&at=${at}`);
}

const button = (name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).last();

async function say(text: string, box = /^Message/): Promise<void> {
  await page.getByRole('textbox', { name: box }).fill(text);
  await page.keyboard.press('Enter');
}

async function postCard(): Promise<void> {
  await say('/agent card');
  await page.getByRole('heading', { name: 'Refund 1,250.00 USD to account 4471' }).last().waitFor();
}

/** What an agent or app names its own controls is not the page's: that rule is left out. */
async function brokenRules(): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
  const rules = { 'label-content-name-mismatch': { enabled: false } };
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, ${JSON.stringify({ runOnly: tags, rules })})`,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
}

describe('the page of the local workspace', () => {
  it('shows a card and replaces it when its button is pressed', async () => {
    await open('lea', 'C0REFUNDAPP');
    await postCard();
    await button('Approve #1042').click();
    await page.getByText('Approved by @Lea Brandt').last().waitFor();
  });

  it('opens at the top of a card, and a newer one does not move it from under the pointer', async () => {
    await open('max', 'C0REFUNDAPP');
    await postCard();
    await page.setViewportSize({ width: 1280, height: 500 });
    await page.reload();
    const heading = page.getByRole('heading', { name: 'Refund 1,250.00 USD to account 4471' }).last();
    await heading.waitFor();
    const before = await heading.boundingBox();
    expect(before?.y).toBeGreaterThan(100);
    expect(before?.y).toBeLessThan(200);
    const first = heading.locator('xpath=ancestor::article');
    const ts = await first.getAttribute('data-ts');
    await slackCaller(workspace.apiUrl)('chat.postMessage', { channel: 'C0REFUNDAPP', text: 'a newer one' });
    await button('Newer messages').waitFor();
    const same = page.locator(`article[data-ts="${ts}"]`).getByRole('heading').first();
    expect((await same.boundingBox())?.y).toBe(before?.y);
    await button('Newer messages').click();
    await button('Newer messages').waitFor({ state: 'detached' });
  });

  it('shows agents’ words as they are', async () => {
    await open('lea', 'C0REFUNDAPP');
    await postCard();
    await page.getByText('<!channel> *approve* https://evil.test').last().waitFor();
    expect(await page.getByRole('link', { name: /evil/ }).count()).toBe(0);
  });

  it('checks a modal’s fields itself, then shows what the app refuses', async () => {
    await open('lea', 'C0REFUNDAPP');
    await postCard();
    await button('Reject #1042').click();
    const modal = page.getByRole('dialog', { name: 'Reject #1042' });
    const submit = modal.getByRole('button', { name: 'Reject', exact: true });
    await submit.click();
    await modal.getByText('Please complete this required field.').first().waitFor();
    await modal.getByRole('textbox', { name: 'Reason' }).fill('because, because');
    await modal.getByRole('radio', { name: 'Wrong amount' }).check();
    await modal.getByRole('combobox', { name: 'Also tell' }).click();
    await modal.getByRole('option', { name: /Dana Whitfield/ }).click();
    await page.keyboard.press('Escape');
    await submit.click();
    await modal.getByText('Say why, not because.').waitFor();
    await modal.getByRole('textbox', { name: 'Reason' }).fill('The amount is wrong');
    await submit.click();
    await modal.waitFor({ state: 'detached' });
    await page.getByText('Rejected: The amount is wrong').last().waitFor();
  });

  it('keeps the focus in a modal and gives it back', async () => {
    await open('lea', 'C0REFUNDAPP');
    await postCard();
    await button('Reject #1042').click();
    const modal = page.getByRole('dialog', { name: 'Reject #1042' });
    await modal.waitFor();
    for (let press = 0; press < 12; press++) await page.keyboard.press('Tab');
    expect(await modal.evaluate((box) => box.contains(box.ownerDocument.activeElement))).toBe(true);
    await page.keyboard.press('Escape');
    await modal.waitFor({ state: 'detached' });
    expect(await button('Reject #1042').evaluate((each) => each.matches(':focus'))).toBe(true);
  });

  it('completes a command, answers for one’s own eyes only, and lets go of it', async () => {
    await open('lea', 'C0AGENTOPS1');
    await page.getByRole('textbox', { name: /^Message/ }).fill('/ag');
    await page.getByRole('option', { name: /\/agent/ }).click();
    await page.keyboard.type('status\n');
    const answer = page.getByRole('article').filter({ hasText: 'Only visible to you' });
    await answer.getByText('You said status').waitFor();
    await answer.getByRole('button', { name: 'Dismiss message' }).click();
    await answer.waitFor({ state: 'detached' });
  });

  it('refuses a command in a thread, in Slack’s words', async () => {
    await open('lea', 'C0REFUNDAPP');
    await postCard();
    await page.getByRole('article').last().hover();
    await button('Reply in thread').click();
    await say('/agent status', /^Reply/);
    await page.getByText('/agent is not supported in threads. Sorry!').waitFor();
    await say('Looking at it', /^Reply/);
    await button(/^1 reply/).waitFor();
  });

  it('publishes App Home for whoever opens it', async () => {
    await open('dana', 'home');
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
    await page.getByRole('tab', { name: 'About' }).click();
    await page.getByText('Audit, pause or resume agents').waitFor();
  });

  it('takes a newcomer to another person and puts the words into the composer', async () => {
    await open('lea', 'C0REFUNDAPP');
    const guide = page.getByRole('complementary', { name: 'What to try' });
    expect(await guide.getByText('This is a workspace of its own').boundingBox()).toMatchObject({
      y: expect.toSatisfy((y: number) => y > 52),
    });
    await page.getByRole('button', { name: 'Take me there: Ask as the CFO' }).click();
    await button(/^Acting as Chris Okafor/).waitFor();
    await page.getByRole('textbox', { name: 'Message #agent-ops' }).waitFor();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Message #agent-ops' }).inputValue())
      .toBe('/agent audit 4471');
    await page.getByRole('navigation').getByRole('button', { name: 'refund-approvals' }).click();
    expect(await page.getByRole('textbox', { name: 'Message #refund-approvals' }).inputValue()).toBe('');
  });

  it('tells whoever is not a member that they see nothing', async () => {
    await open('olga', 'C0CRMAPPROV');
    await page.getByRole('heading', { name: 'You’re not a member of #crm-approvals' }).waitFor();
  });

  it('breaks no rule of accessibility that a machine can find, in either theme', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 844 }, bypassCSP: true });
    page = await context.newPage();
    await page.goto(`${workspace.url}/?as=lea&at=C0REFUNDAPP`);
    await postCard();
    await page.evaluate(axe.source);
    expect(await brokenRules()).toEqual([]);
    await button('Use the dark theme').click();
    expect(await brokenRules()).toEqual([]);
    await button('Reject #1042').click();
    await page.getByRole('dialog', { name: 'Reject #1042' }).waitFor();
    expect(await brokenRules()).toEqual([]);
  });

  it('fits a phone: nothing is wider than it, buttons are large, the sidebar is a drawer', async () => {
    await open('lea', 'C0REFUNDAPP', 390);
    await postCard();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    const size = await button('Approve #1042').boundingBox();
    expect(size?.height).toBeGreaterThanOrEqual(40);
    await button('Conversations').click();
    await page
      .getByRole('navigation', { name: 'Conversations' })
      .getByRole('button', { name: /^agent-ops/ })
      .click();
    await page.getByRole('textbox', { name: 'Message #agent-ops' }).waitFor();
  });
});
