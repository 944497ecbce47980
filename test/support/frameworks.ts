import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the examples of the frameworks are, with a lock of their own: Countersign needs none of what they need. */
export const FRAMEWORKS = join(import.meta.dirname, '../../examples/frameworks');

const STAMP = join(FRAMEWORKS, 'node_modules/.installed-from');

/** Installs what they need, as their first line says; nothing is done where that lock is installed already. */
export async function installFrameworks(): Promise<void> {
  const lock = createHash('sha256')
    .update(readFileSync(join(FRAMEWORKS, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', ['ci', ...quiet], { cwd: FRAMEWORKS, timeout: 240_000 });
  writeFileSync(STAMP, lock);
}
