import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Headless Chromium: the one at CHROMIUM_PATH, else an installed one, else the one that npm brings along, unpacked into a
 * folder of its own so that two runs on one machine never share it. `close` also removes that folder.
 */
export async function openBrowser(): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-chromium-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const executablePath = await findChromium(folder);
    const browser = await chromium.launch({
      executablePath,
      args: ARGS,
      env: { ...process.env, TMPDIR: folder },
    });
    browser.on('disconnected', () => void remove());
    return browser;
  } catch (cause) {
    await remove();
    throw new Error('No Chromium could be started. Name one in CHROMIUM_PATH.', { cause });
  }
}

async function findChromium(folder: string): Promise<string> {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  for (const path of INSTALLED) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return unpackChromium(folder);
}

/** The package unpacks into the temporary folder of the moment, which is why that is changed before it is loaded. */
async function unpackChromium(folder: string): Promise<string> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    const { default: bundled } = await import('@sparticuz/chromium');
    return await bundled.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
