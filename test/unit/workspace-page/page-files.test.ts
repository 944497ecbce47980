import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PAGE_POLICY, readPageFile } from '../../../src/demo/workspace/page-files.ts';

describe('readPageFile', () => {
  it('serves every script of the page with its types stripped, and what those scripts import', async () => {
    const names = (await readdir('src/demo/workspace/page')).filter((name) => name.endsWith('.ts'));
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) {
      const file = await readPageFile(`/page/${name}`);
      expect(file?.type, name).toContain('text/javascript');
      expect(file?.body, name).not.toMatch(/^\s*(?:import type|export interface|interface) /m);
    }
    expect((await readPageFile('/modules/preact.mjs'))?.body).toContain('export');
    expect((await readPageFile('/modules/hooks.mjs'))?.body).toContain('export');
  });

  it('serves the typeface that its style sheet names', async () => {
    const css = String((await readPageFile('/page/style.css'))?.body);
    const named = [...css.matchAll(/url\("([^"]+)"\)/g)].map((match) => match[1] ?? '');
    expect(named).toHaveLength(3);
    for (const path of named) expect(await readPageFile(path), path).toMatchObject({ type: 'font/woff2' });
  });

  it('serves the page, and lets nothing inline run but its import map', async () => {
    expect((await readPageFile('/'))?.body).toContain('<div id="root">');
    expect(PAGE_POLICY).toMatch(/script-src 'self' 'sha256-[\w+/=]{44}'/);
    expect(PAGE_POLICY).not.toContain('unsafe-inline');
  });

  it.each([
    '/page/../protocol.ts',
    '/page/..%2Fprotocol.ts',
    '/page/tsconfig.json',
    '/page/nothing.ts',
    '/modules/nothing.mjs',
    '/fonts/lato-100.woff2',
    '/toString',
  ])('has nothing at %s', async (path) => {
    expect(await readPageFile(path)).toBeUndefined();
  });
});
