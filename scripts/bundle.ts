import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE } from './bundle-path.ts';

/**
 * All that `countersign` needs but the demo, as one file and a few that it reads when it needs them: it starts in a third of the time and
 * holds half of the memory. The migrations are read from beside it, so it lies two folders below the root, as what reads them does in the
 * sources. What V8 compiles of it is kept beside it too, where that may be written.
 */
const folder = dirname(BUNDLE);
rmSync(folder, { recursive: true, force: true });
await build({
  entryPoints: [{ in: join(import.meta.dirname, 'bundle-entry.ts'), out: basename(BUNDLE, '.js') }],
  outdir: folder,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  logLevel: 'warning',
  // Some libraries ask for what they need by `require`.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  plugins: [
    {
      name: 'the demo stays in the sources',
      setup({ onResolve }) {
        onResolve({ filter: /\/demo\/demo\.ts$/ }, () => ({
          path: '../../src/demo/demo.ts',
          external: true,
        }));
      },
    },
    {
      name: 'what Bolt brings and we never open stays out',
      setup({ onResolve, onLoad }) {
        // Its own web server, which our receiver does not use (docs/dependencies.md).
        onResolve({ filter: /^express$/ }, () => ({ path: 'express', namespace: 'unused' }));
        onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
      },
    },
  ],
});
// It ends for want of a configuration, and has been compiled by then.
spawnSync(process.execPath, [BUNDLE, 'serve'], { env: {}, stdio: 'ignore' });
