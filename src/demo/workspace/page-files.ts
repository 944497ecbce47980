import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly body: string | Buffer;
}

const FOLDER = join(import.meta.dirname, 'page');
const require = createRequire(import.meta.url);
const PREACT = dirname(require.resolve('preact/package.json'));
const MODULES: Readonly<Record<string, string>> = {
  '/modules/preact.mjs': join(PREACT, 'dist/preact.mjs'),
  '/modules/hooks.mjs': join(PREACT, 'hooks/dist/hooks.mjs'),
};
const LATO = dirname(require.resolve('@fontsource/lato/package.json'));
const SCRIPT = 'text/javascript; charset=utf-8';

/** The file of the browser page under this URL path, or undefined. There is no build: types are stripped as it is read. */
export async function readPageFile(path: string): Promise<PageFile | undefined> {
  const moduleFile = Object.hasOwn(MODULES, path) ? MODULES[path] : undefined;
  if (moduleFile) return { type: SCRIPT, body: await readFile(moduleFile, 'utf8') };
  const weight = /^\/fonts\/lato-(400|700|900)\.woff2$/.exec(path)?.[1];
  if (weight)
    return {
      type: 'font/woff2',
      body: await readFile(join(LATO, `files/lato-latin-${weight}-normal.woff2`)),
    };
  if (path === '/') return { type: 'text/html; charset=utf-8', body: await readText('index.html') };
  if (path === '/page/style.css')
    return { type: 'text/css; charset=utf-8', body: await readText('style.css') };
  const name = /^\/page\/([a-z-]+\.ts)$/.exec(path)?.[1];
  if (!name) return undefined;
  const source = await readText(name).catch(() => undefined);
  return source === undefined ? undefined : { type: SCRIPT, body: stripTypeScriptTypes(source) };
}

function readText(name: string): Promise<string> {
  return readFile(join(FOLDER, name), 'utf8');
}

/** Nothing but the workspace itself may run in the page or be spoken to by it; images may come from anywhere. */
export const PAGE_POLICY = [
  "default-src 'self'",
  `script-src 'self' '${hashOfImportMap(readFileSync(join(FOLDER, 'index.html'), 'utf8'))}'`,
  "img-src 'self' data: https: http:",
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
].join('; ');

function hashOfImportMap(html: string): string {
  const script = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}
