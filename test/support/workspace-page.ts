import type { Browser, Page } from 'playwright-core';

export interface Visit {
  /** A handle of the directory. */
  readonly as: string;
  /** A conversation's id, or `home`. */
  readonly at: string;
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** Device pixels of a CSS pixel. */
  readonly scale?: number;
}

/** The page of the local workspace as somebody sees it, in a context of its own; `onError` hears what the page throws. */
export async function visit(
  browser: Browser,
  url: string,
  { as, at, width = 1280, height = 900, theme = 'light', scale = 1 }: Visit,
  onError: (error: Error) => void = () => {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    deviceScaleFactor: scale,
    hasTouch: width < 500,
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', onError);
  await page.goto(`${url}/?as=${as}&at=${at}`);
  return page;
}
