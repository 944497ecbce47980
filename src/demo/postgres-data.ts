import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { exists, ignoring, type PostgresBinaries, type RunAs, rootDirectory } from './postgres-binaries.ts';

const run = promisify(execFile);

/** `directory` is what Postgres calls its data directory; the superuser's password lies beside it. */
export type PostgresData = { directory: string; password: string };

/** Refuses a folder that is not ours to use, before anything is stopped or deleted in it. */
export async function inspectDataDir(dataDir: string): Promise<void> {
  const found = await stat(dataDir).catch(ignoring('ENOENT'));
  if (found === undefined) return;
  if (process.platform !== 'win32' && (found.mode & 0o002) !== 0) {
    throw new Error(
      `Everybody on this machine may write to ${dataDir}. Run \`chmod 700 ${dataDir}\` or choose another.`,
    );
  }
  if (await exists(join(dataDir, 'data', 'PG_VERSION'))) return;
  if ((await readdir(dataDir)).length > 0) {
    throw new Error(
      `${dataDir} is not empty and holds no demo database. Choose an empty or a new directory.`,
    );
  }
}

/** What an earlier run left, or a new and empty cluster. A given password must be the one the data was made with. */
export async function preparePostgresData(options: {
  dataDir: string;
  binaries: PostgresBinaries;
  password?: string | undefined;
}): Promise<PostgresData> {
  const { dataDir, binaries } = options;
  await mkdir(dirname(dataDir), { recursive: true });
  if (!(await exists(join(dataDir, 'data', 'PG_VERSION')))) {
    await createData(dataDir, binaries, options.password ?? randomBytes(24).toString('base64url'));
  }
  await requireSameMajor(dataDir, binaries);
  const password = await readFile(join(dataDir, 'password'), 'utf8');
  if (options.password !== undefined && options.password !== password) {
    throw new Error(
      `The database in ${dataDir} was made with another password. Leave the password out or start fresh.`,
    );
  }
  return { directory: join(dataDir, 'data'), password };
}

/** Made beside its place and renamed into it: a folder with our name always holds a whole cluster. */
async function createData(dataDir: string, binaries: PostgresBinaries, password: string): Promise<void> {
  const partial = `${dataDir}.${randomBytes(6).toString('hex')}`;
  const { runAs } = binaries;
  const passwordFile = join(partial, 'password');
  try {
    await mkdir(join(partial, 'data'), { recursive: true });
    await writeFile(passwordFile, password, { mode: 0o600 });
    await chmod(partial, runAs.uid === undefined ? 0o700 : 0o711);
    await chmod(join(partial, 'data'), 0o700);
    await requireWayIn(dirname(dataDir), runAs);
    await giveTo(runAs, join(partial, 'data'), passwordFile);
    await initdb(binaries, join(partial, 'data'), passwordFile);
    if (runAs.uid !== undefined) await chown(passwordFile, 0, 0);
    await rename(partial, dataDir).catch(ignoring('ENOTEMPTY', 'EEXIST'));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function giveTo({ uid, gid }: RunAs, ...paths: string[]): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  for (const path of paths) await chown(path, uid, gid);
}

/** Says which folder is closed, where Postgres itself would only say "Permission denied". */
async function requireWayIn(directory: string, { uid }: RunAs): Promise<void> {
  if (uid === undefined) return;
  for (let path = directory; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) {
      throw new Error(
        `Postgres does not run as root but as user ${uid}, who may not enter ${path}. ` +
          `Choose a data directory below ${rootDirectory}, or run this as an ordinary user.`,
      );
    }
    if (path === dirname(path)) return;
  }
}

async function initdb(
  { bin, runAs }: PostgresBinaries,
  directory: string,
  passwordFile: string,
): Promise<void> {
  const login = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const text = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-locale'];
  const options = { ...runAs, cwd: '/', env: { LC_ALL: 'C' } };
  // The new data is not worth waiting for the disk: should the machine fail now, it is made again.
  await run(join(bin, 'initdb'), ['-D', directory, ...login, ...text, '--no-sync'], options).catch(
    (cause: unknown) => {
      const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
      throw new Error(`Postgres could not make its data in ${directory}. ${said || String(cause)}`, {
        cause,
      });
    },
  );
}

async function requireSameMajor(dataDir: string, { packageVersion }: PostgresBinaries): Promise<void> {
  const major = (await readFile(join(dataDir, 'data', 'PG_VERSION'), 'utf8')).trim();
  if (packageVersion.startsWith(`${major}.`)) return;
  throw new Error(
    `${dataDir} was made by Postgres ${major}, and this is ${packageVersion}. Start fresh, or choose another directory.`,
  );
}
