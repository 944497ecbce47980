import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { BUNDLE, PROGRAM, ROOT } from './bundle-path.ts';
import { rehearse } from './rehearse.ts';

/**
 * All that `countersign` needs but the demo, as one script, and what V8 compiled of it while it was rehearsed: it starts in a quarter of the time and
 * holds half of the memory. The migrations are read from beside it, so it lies two folders below the root, as what reads them does in the
 * sources. Nothing is written there once it is made.
 */
const folder = dirname(BUNDLE);
rmSync(folder, { recursive: true, force: true });
const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
};
await build({
  ...common,
  entryPoints: [join(ROOT, 'src/main.ts')],
  outfile: PROGRAM,
  format: 'cjs',
  // The demo is required: a script that imports gets a warning from Node.
  supported: { 'dynamic-import': false },
  legalComments: 'linked',
  // A function, since a script has nothing else to be given what it needs by.
  banner: {
    js: "(function(require,__filename){const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;",
  },
  footer: { js: '})' },
  define: { 'import.meta.url': '__importMetaUrl' },
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
      name: 'what libraries bring and we never open stays out',
      setup({ onResolve, onLoad }) {
        // Bolt's own web server, which our receiver does not use (docs/dependencies.md), and texts in encodings that are not asked for.
        onResolve({ filter: /^(express|iconv-lite)$/ }, ({ path }) => ({ path, namespace: 'unused' }));
        // zod's messages in fifty languages; the English ones it takes from elsewhere.
        onResolve({ filter: /\/locales\/index\.js$/ }, ({ path }) => ({ path, namespace: 'unused' }));
        onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
      },
    },
    {
      name: 'what Bolt brings and few need is begun when it is asked for',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^@slack\/(oauth|socket-mode)$/ }, ({ path, namespace, resolveDir }) =>
          namespace === 'late' ? undefined : { path, namespace: 'late', pluginData: resolveDir },
        );
        onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData }) => ({
          contents: `module.exports = new Proxy({}, { get: (_, name) => require('${path}')[name] });`,
          resolveDir: String(pluginData),
        }));
      },
    },
  ],
});
await build({
  ...common,
  entryPoints: [join(ROOT, 'scripts/bundle-entry.ts')],
  outfile: BUNDLE,
  format: 'esm',
});
try {
  await rehearse([join(ROOT, 'scripts/keep-compiled.ts'), 'serve']);
} catch (error) {
  process.stderr.write(`The bundle will start more slowly: its rehearsal failed (${String(error)}).\n`);
}
