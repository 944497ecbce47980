import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, 'slow-sync.c');

export interface Shim {
  /** For the environment of whoever's syncs are to be slow. */
  readonly environment: Readonly<Record<string, string>>;
  forget(): Promise<void>;
}

/** Compiles what makes each `fsync` and `fdatasync` so much slower, in a folder of its own. Throws where that can't be had. */
export async function compileShim(delayUs: number): Promise<Shim> {
  if (process.platform !== 'linux')
    throw new Error('a disk is made slow by LD_PRELOAD, which Linux alone has');
  const folder = await mkdtemp(join(tmpdir(), 'countersign-slow-disk-'));
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    await chmod(folder, 0o755); // For the user that Postgres runs as where we are root.
    const library = join(folder, 'slow-sync.so');
    await run('cc', ['-shared', '-fPIC', '-O2', `-DDELAY_US=${delayUs}`, '-o', library, SOURCE, '-ldl']);
    await chmod(library, 0o755);
    return { environment: { LD_PRELOAD: library }, forget };
  } catch (error) {
    await forget();
    throw isMissing(error)
      ? new Error('there is no C compiler (cc) on this machine: apt-get install gcc libc6-dev', {
          cause: error,
        })
      : error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
