import { writeFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser } from '../test/support/browser.ts';
import { freePorts, openDemoCopy } from '../test/support/demo-copy.ts';
import { type Visit, visit } from '../test/support/workspace-page.ts';

/**
 * Makes the pictures in docs/images: the card, the modal, the audit answer and App Home, at both widths, in both themes.
 * The real demo runs without its agent, and the same proposals are made and decided in the same order each time; what
 * differs from run to run is the time of day and the digests. They are WebP, made by the browser itself.
 */
const FOLDER = 'docs/images';
const [APPROVALS, OPS] = ['C0REFUNDAPP', 'C0AGENTOPS1'];
const WIDTHS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844, scale: 1.5 },
} as const;
const THEMES = ['light', 'dark'] as const;

interface Proposal {
  readonly account: string;
  readonly invoice: string;
  readonly amount: string;
  readonly reason: string;
}

/** Decided before the pictures: what the CFO is told about account 4471. */
const history = {
  approved: {
    account: '4471',
    invoice: 'inv_9',
    amount: '1250.00',
    reason: 'Charged twice, ticket 8841. The second charge is inv_9.',
  },
  own: {
    account: '4471',
    invoice: 'inv_10',
    amount: '120.00',
    reason: 'Express shipping was paid for, delivered after nine days.',
  },
  rejected: {
    account: '4471',
    invoice: 'inv_12',
    amount: '900.00',
    reason: 'Says that one of the crates never arrived.',
  },
} satisfies Record<string, Proposal>;
/** Waiting while they are taken; the last one is the card. */
const waiting: readonly Proposal[] = [
  {
    account: '4472',
    invoice: 'inv_22',
    amount: '1480.00',
    reason: 'Ordered 40 gift boxes, the carrier confirms that the pallet was lost.',
  },
  {
    account: '4502',
    invoice: 'inv_42',
    amount: '2400.00',
    reason: 'The clinic was billed for six seats in October; five of them were removed in September.',
  },
  {
    account: '4471',
    invoice: 'inv_11',
    amount: '2600.00',
    reason: 'A third of the winter stock was delivered in May. They refused it at the dock.',
  },
];

interface Stage {
  readonly browser: Browser;
  readonly slackUrl: string;
  /** Resolves with the number once the proposal is judged. */
  propose(proposal: Proposal): Promise<number>;
}

const cardOf = (page: Page, number: number): Locator =>
  page.getByRole('article').filter({ hasText: `#${number} ·`, has: page.getByRole('heading') });

async function pressOn(page: Page, number: number, name: 'Approve' | 'Reject'): Promise<void> {
  await cardOf(page, number)
    .getByRole('button', { name: new RegExp(`^${name}: `) })
    .click();
}

/** What is approved, rejected and written before anybody looks. */
async function makeHistory({ browser, slackUrl, propose }: Stage): Promise<void> {
  const lea = await visit(browser, slackUrl, { as: 'lea', at: APPROVALS });
  const approved = await propose(history.approved);
  await pressOn(lea, approved, 'Approve');
  await cardOf(lea, approved).getByText('Done', { exact: true }).waitFor();
  await propose(history.own);
  const rejected = await propose(history.rejected);
  await pressOn(lea, rejected, 'Reject');
  const modal = lea.getByRole('dialog');
  await modal.getByRole('textbox').fill('All crates were signed for.');
  await modal.getByRole('button', { name: 'Reject', exact: true }).click();
  await cardOf(lea, rejected).getByText('Rejected').first().waitFor();
  await lea.context().close();
}

type Scene = (page: Page, number: number) => Promise<void>;

/** Who looks where, and what has to be done to see it. `number` is the card's. */
const scenes: Readonly<Record<string, { readonly as: string; readonly at: string; readonly play: Scene }>> = {
  card: {
    as: 'lea',
    at: APPROVALS,
    play: async (page, number) => {
      await cardOf(page, number).waitFor();
    },
  },
  modal: {
    as: 'max',
    at: APPROVALS,
    play: async (page, number) => {
      await pressOn(page, number, 'Reject');
      await page
        .getByRole('dialog')
        .getByRole('textbox')
        .fill('Two of the three pallets were resold in June. Please ask for the third alone.');
    },
  },
  audit: {
    as: 'cfo',
    at: OPS,
    play: async (page) => {
      await page.getByRole('textbox', { name: /^Message/ }).fill('/agent audit 4471');
      await page.keyboard.press('Enter');
      await page
        .getByRole('article')
        .getByText(/returned \$1,370/)
        .first()
        .waitFor();
      await page.keyboard.press('Tab');
    },
  },
  home: {
    as: 'lea',
    at: 'home',
    play: async (page) => {
      await page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
    },
  },
};

async function picture(stage: Stage, name: string, look: Omit<Visit, 'as' | 'at'>, number: number) {
  const scene = scenes[name];
  if (!scene) throw new Error(`there is no scene ${name}`);
  const page = await visit(stage.browser, stage.slackUrl, { ...look, as: scene.as, at: scene.at });
  const guide = page.getByRole('button', { name: 'Close what to try' });
  if (look.width === WIDTHS.desktop.width) await guide.click();
  await scene.play(page, number);
  await page.evaluate('document.fonts.ready');
  // The caret blinks, and the pointer leaves its mark on what it is over.
  await page.addStyleTag({ content: '* { caret-color: transparent !important }' }).catch(() => {});
  await page.mouse.move(0, 0);
  const png = await page.screenshot({ animations: 'disabled' });
  await page.context().close();
  return asWebp(stage.browser, png);
}

/** At this quality text stays crisp at a third of the bytes. */
async function asWebp(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage();
  const data: string = await page.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext('2d').drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  })()`);
  await page.close();
  return Buffer.from(data, 'base64');
}

/** The webhook of the demo, as its printed `curl` line has it. */
function proposer(line: string): Stage['propose'] {
  const [, url = '', key = ''] = /^curl -sS (\S+) -H 'authorization: (.*?)'/.exec(line) ?? [];
  return async ({ reason, ...input }) => {
    const response = await fetch(`${url}?wait=20`, {
      method: 'POST',
      headers: { authorization: key, 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'billing.refund', input, reason }),
    });
    const { number } = (await response.json()) as { number?: number };
    if (!number) throw new Error(`the demo answered ${response.status} to a proposal`);
    return number;
  };
}

const copy = await openDemoCopy();
const [port, slackPort] = await freePorts(2);
const demo = copy.demo(['--no-agent', '--port', String(port), '--slack-port', String(slackPort)]);
const browser = await openBrowser();
try {
  const slackUrl = (await demo.line(/local Slack workspace/, 120_000)).replace(/^.*?(http\S+).*$/, '$1');
  const stage = { browser, slackUrl, propose: proposer(await demo.line(/^curl /)) };
  await makeHistory(stage);
  let number = 0;
  for (const proposal of waiting) number = await stage.propose(proposal);
  const lea = await visit(browser, slackUrl, { as: 'lea', at: APPROVALS });
  await cardOf(lea, number).waitFor();
  await lea.context().close();
  for (const name of Object.keys(scenes))
    for (const [width, size] of Object.entries(WIDTHS))
      for (const theme of THEMES) {
        const bytes = await picture(stage, name, { ...size, theme }, number);
        const path = `${FOLDER}/${name}-${width}-${theme}.webp`;
        await writeFile(path, bytes);
        console.log(`${path} ${Math.round(bytes.length / 1024)} KB`);
      }
} finally {
  await browser.close();
  await demo.kill('SIGTERM');
  await copy.remove();
}
