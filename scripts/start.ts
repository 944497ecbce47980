import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE, ROOT } from './bundle-path.ts';

/** A bundle that something in the sources is newer than would run what nobody reads. */
function isFresh(): boolean {
  if (!existsSync(BUNDLE)) return false;
  const sources = join(ROOT, 'src');
  if (!existsSync(sources)) return true;
  const made = statSync(BUNDLE).mtimeMs;
  const files = readdirSync(sources, { recursive: true, withFileTypes: true });
  const isOld = files.some(
    (each) => each.isFile() && statSync(join(each.parentPath, each.name)).mtimeMs > made,
  );
  if (isOld)
    process.stderr.write('dist/ is older than src/ and is left alone: npm run bundle makes it anew.\n');
  return !isOld;
}

// What `npm start` runs: the bundle where there is one, the sources else.
process.argv.splice(2, 0, 'serve');
await import(isFresh() ? BUNDLE : join(ROOT, 'src/main.ts'));
