import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import type { Child } from '../support/child-process.ts';
import { type DemoCopy, freePorts, openDemoCopy, runServe, takePort } from '../support/demo-copy.ts';

const { SHOTS } = process.env;
const [APPROVALS, OPS] = ['C0REFUNDAPP', 'C0AGENTOPS1'];
let copy: DemoCopy;
let browser: Browser;
let demo: Child;
let pageUrl: string;
let port: number;
let slackPort: number;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  [copy, browser, [port = 0, slackPort = 0]] = await Promise.all([
    openDemoCopy(),
    openBrowser(),
    freePorts(2),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await demo?.kill('SIGTERM');
  await copy?.remove();
});

function ports(): string[] {
  return ['--port', String(port), '--slack-port', String(slackPort)];
}

async function readAddress(): Promise<void> {
  pageUrl = (await demo.line(/local Slack workspace/, 60_000)).replace(/^.*?(http\S+).*$/, '$1');
}

/** Opens the page as somebody at a conversation. */
async function be(handle: string, at: string, width = 1280): Promise<void> {
  await page?.context().close();
  const context = await browser.newContext({ viewport: { width, height: 900 }, timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${pageUrl}/?as=${handle}&at=${at}`);
}

/** For who wants to look: into the folder SHOTS. */
async function shoot(name: string): Promise<void> {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** What stands on stderr, but for npm's own words and Node's about the types in the page's sources. */
function complaints(): string[] {
  return demo.stderr.filter((line) => !/^npm |stripTypeScriptTypes|--trace-warnings/.test(line));
}

const card = (number: number) => page.getByRole('article').filter({ hasText: `#${number} · proposed by` });
const answer = () => page.getByRole('article').filter({ hasText: 'Only visible to you' }).last();

async function say(text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^Message/ }).fill(text);
  await page.keyboard.press('Enter');
}

/** Posts what the printed `curl` line would post. */
async function proposeOwn(changes: Record<string, string> = {}): Promise<{ status: number; number: number }> {
  const line = await demo.line(/^curl /);
  const [, url = '', key = '', body = ''] =
    /^curl -sS (\S+) -H 'authorization: (.*?)' -H 'content-type: application\/json' -d '(.*)'$/.exec(line) ??
    [];
  const given = JSON.parse(body) as { input: Record<string, string> };
  const response = await fetch(`${url}?wait=20`, {
    method: 'POST',
    headers: { authorization: key, 'content-type': 'application/json' },
    body: JSON.stringify({ ...given, input: { ...given.input, ...changes } }),
  });
  const { number = 0 } = (await response.json()) as { number?: number };
  return { status: response.status, number };
}

describe('npm run demo', () => {
  let own: number;

  it('shows the first card within a minute, with nothing configured', async () => {
    const began = performance.now();
    demo = copy.npmRunDemo(['--fresh', ...ports()]);
    await readAddress();
    await be('lea', APPROVALS);
    await page
      .getByRole('button', { name: /^Approve: / })
      .first()
      .waitFor();
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  it('takes a proposal of one’s own by the printed line, and Lea approves it on its card', async () => {
    const { status, number } = await proposeOwn();
    own = number;
    expect(status).toBe(202);
    await card(own).waitFor();
    await shoot('card-1280');
    await card(own).getByRole('button', { name: 'More options' }).click();
    await page.getByRole('menuitem', { name: 'Full details' }).click();
    await page.getByRole('dialog').getByText('/refunds').first().waitFor();
    await shoot('details-1280');
    await page.keyboard.press('Escape');
    await card(own)
      .getByRole('button', { name: /^Approve: / })
      .click();
    await card(own).getByText('Done', { exact: true }).waitFor();
    await card(own).getByText('Lea Brandt').first().waitFor();
    expect(
      await card(own)
        .getByRole('button', { name: /^(Approve|Reject)/ })
        .count(),
    ).toBe(0);
    await shoot('settled-1280');
  });

  it('takes one from the form of the page, and says what became of it', async () => {
    const form = page.getByRole('form', { name: 'Post a proposal of your own' });
    await form.getByRole('textbox', { name: 'Amount' }).fill('510.00');
    await form.getByRole('textbox', { name: 'Invoice' }).fill('inv_12');
    await form.getByLabel('The same as curl').getByText('"amount":"510.00"').waitFor();
    await form.getByRole('button', { name: 'Post proposal' }).click();
    const said = form.getByRole('status').getByText(/^HTTP 202 · #\d+ is /);
    await said.waitFor();
    await card(Number(/#(\d+)/.exec((await said.textContent()) ?? '')?.[1])).waitFor();
    await shoot('proposed-1280');
  });

  it('asks for a reason in a modal, also on a phone', async () => {
    await be('max', APPROVALS, 390);
    await page
      .getByRole('button', { name: /^Reject: / })
      .last()
      .click();
    const modal = page.getByRole('dialog');
    await modal.getByRole('textbox').waitFor();
    await shoot('modal-390');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.keyboard.press('Escape');
    await shoot('card-390');
    await be('max', APPROVALS);
    await page
      .getByRole('button', { name: /^Reject: / })
      .last()
      .click();
    await page.getByRole('dialog').getByRole('textbox').waitFor();
    await shoot('modal-1280');
  });

  it('tells the CFO what was done with account 4471', async () => {
    await be('cfo', OPS);
    await say('/agent audit 4471');
    await answer()
      .getByText(/refund-agent returned \$1,\d\d0\.00 to account 4471/)
      .first()
      .waitFor();
    await shoot('audit-1280');
    await be('cfo', OPS, 390);
    await say('/agent audit 4471');
    await answer()
      .getByText(/refund-agent returned/)
      .first()
      .waitFor();
    await shoot('audit-390');
  });

  it('is stopped by Lee with one word, and then takes no proposal', async () => {
    await be('lee', OPS);
    await say('/agent disable because I am trying it out');
    await answer()
      .getByText(/switched everything off/)
      .first()
      .waitFor();
    await page.getByRole('heading', { name: 'Off: everything' }).first().waitFor();
    await shoot('disabled-1280');
    expect((await proposeOwn({ invoice: 'inv_12' })).status).toBe(423);
    await say('/agent enable all');
    const isOn = page.getByRole('heading', { name: 'On: everything' });
    const confirm = page.getByRole('button', { name: 'Switch everything on again' });
    await isOn.or(confirm).first().waitFor();
    // What the demo's agent had decided alone by then waits, and a second operator has to confirm.
    if (await confirm.isVisible()) {
      await be('pat', OPS);
      await confirm.click();
      await isOn.waitFor();
    }
  });

  it('refuses a second one beside it, with a sentence', async () => {
    const second = copy.demo(['--port', '0', '--slack-port', '0']);
    expect(await second.ended).toEqual({ code: 69, signal: null });
    expect(second.stderr).toEqual([expect.stringMatching(/^Another demo is running on .* Stop it/)]);
  });

  it('ends by Ctrl+C in time, and nothing of it runs on', async () => {
    const began = performance.now();
    await demo.kill('SIGINT');
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await copy.isDatabaseRunning()).toBe(false);
    for (const each of [port, slackPort]) await expect(fetch(`http://127.0.0.1:${each}`)).rejects.toThrow();
    expect(complaints()).toEqual([]);
  });

  it('goes on where it stopped when it is started again', async () => {
    demo = copy.demo(['--no-agent', ...ports()]);
    await readAddress();
    await be('lea', APPROVALS);
    await card(own).getByText('Done', { exact: true }).waitFor();
    const waiting = page.getByRole('button', { name: /^Approve: Refund 1480/ }); // One for Lea to decide.
    const number = Number((await waiting.getAttribute('aria-label'))?.split('#')[1]);
    await waiting.click();
    await card(number).getByText('Done', { exact: true }).waitFor();
    expect((await proposeOwn({ invoice: 'inv_12', amount: '620.00' })).number).toBeGreaterThan(number);
    expect(await demo.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(complaints()).toEqual([]);
  });

  it('says which port is taken, and by which option another is chosen', async () => {
    const taken = await takePort();
    const free = await freePorts(1);
    const wanted = String(taken.port);
    for (const [args, sentence] of [
      [
        ['--port', wanted, '--slack-port', '0'],
        `port ${wanted} is in use: choose another with PORT (of the demo: --port)`,
      ],
      [
        ['--port', String(free[0]), '--slack-port', wanted],
        `port ${wanted} is in use: choose another with --slack-port`,
      ],
    ] as const) {
      const refused = copy.demo(args);
      expect(await refused.ended).toEqual({ code: 69, signal: null });
      expect(refused.stderr).toEqual([sentence]);
    }
    taken.close();
  });

  it('threw nothing in the page', () => {
    expect(errors).toEqual([]);
  });
});

describe('npm start without a configuration', () => {
  it('names what is missing in one line, and the way to try it', async () => {
    const bot = runServe({});
    expect(await bot.ended).toEqual({ code: 78, signal: null });
    expect(bot.stderr).toEqual([
      'DATABASE_URL, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN for Socket Mode) are not set. To try Countersign with nothing to configure: npm run demo',
    ]);
    expect(bot.stdout).toEqual([]);
  });
});
