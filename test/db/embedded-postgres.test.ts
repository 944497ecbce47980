import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, type StartPostgresOptions, startPostgres } from '../../src/demo/postgres.ts';
import { exists } from '../../src/demo/postgres-binaries.ts';

let parent: string;
const running: EmbeddedPostgres[] = [];

async function start(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  const server = await startPostgres(options);
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql.unsafe(text);
    return row && Object.values(row)[0];
  } finally {
    await sql.end();
  }
}

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'countersign-launcher-'));
  await chmod(parent, 0o755);
});

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(parent, { recursive: true, force: true });
});

describe('startPostgres', () => {
  it('serves UTF8 with the builtin locale, on loopback TCP alone, and syncs to disk', async () => {
    const { url, version } = await start({ dataDir: join(parent, 'plain') });
    expect(version).toMatch(/^18\./);
    expect(await query(url, 'show server_encoding')).toBe('UTF8');
    expect(await query(url, 'select datlocprovider::text || datlocale from pg_database limit 1')).toBe(
      'bC.UTF-8',
    );
    expect(await query(url, 'show listen_addresses')).toBe('127.0.0.1');
    expect(await query(url, 'show unix_socket_directories')).toBe('');
    expect(await query(url, 'show fsync')).toBe('on');
    expect(await query(url, 'show cluster_name')).toMatch(/^countersign-[0-9a-f]{18}$/);
  });

  it('refuses a wrong password', async () => {
    const server = await start({
      dataDir: join(parent, 'password'),
      password: 'p@ss/word',
      settings: { fsync: 'off' },
    });
    expect(await query(server.url, 'show fsync')).toBe('off');
    const wrong = server.urlFor('postgres', 'postgres', 'wrong');
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('keeps data and password between runs, and forgets them when told to start fresh', async () => {
    const dataDir = join(parent, 'kept');
    const first = await start({ dataDir });
    const url = await first.ensureDatabase('kept');
    expect(await first.ensureDatabase('kept')).toBe(url);
    await query(url, 'create table note as select 42 as answer');
    await first.stop();
    await first.stop();
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);

    const second = await start({ dataDir });
    expect(await query(second.urlFor('kept'), 'select answer from note')).toBe(42);
    await second.stop();
    await expect(startPostgres({ dataDir, password: 'another' })).rejects.toThrow(
      /made with another password/,
    );

    const third = await start({ dataDir, fresh: true });
    expect(await query(third.url, "select count(*)::int from pg_database where datname = 'kept'")).toBe(0);
  });

  it('refuses a second start on the data of a living one, which goes on', async () => {
    const dataDir = join(parent, 'living');
    const first = await start({ dataDir });
    await expect(startPostgres({ dataDir })).rejects.toThrow(/Another demo is running on .*living/);
    await expect(startPostgres({ dataDir, fresh: true })).rejects.toThrow(/Another demo is running/);
    expect(await query(first.url, 'select 1 as one')).toBe(1);
  });

  it('starts over a lock file that nobody holds any more', async () => {
    const dataDir = join(parent, 'stale');
    await (await start({ dataDir })).stop();
    await writeFile(join(dataDir, 'data', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'data')}\n`);
    expect(await query((await start({ dataDir })).url, 'select 1 as one')).toBe(1);
  });

  it('refuses folders that are not its own to use', async () => {
    const open = join(parent, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    await expect(startPostgres({ dataDir: open })).rejects.toThrow(
      /Everybody on this machine may write.*chmod 700/,
    );
    const foreign = join(parent, 'foreign');
    await mkdir(foreign);
    await writeFile(join(foreign, 'thesis.txt'), 'years of work');
    await expect(startPostgres({ dataDir: foreign, fresh: true })).rejects.toThrow(
      /not empty and holds no demo/,
    );
    expect(await readFile(join(foreign, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('says that a port is taken, and talks to nobody there', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await expect(startPostgres({ dataDir: join(parent, 'taken'), port: port ?? 0 })).rejects.toThrow(
      /Address already in use/,
    );
    other.close();
  });

  it('lets two first starts race for one folder: one serves, one is refused', async () => {
    const dataDir = join(parent, 'race');
    const results = await Promise.allSettled([start({ dataDir }), start({ dataDir })]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [winner] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(await query(winner?.url ?? '', 'select 1 as one')).toBe(1);
  });

  it('leaves no server behind when its starter is killed', async () => {
    const dataDir = join(parent, 'killed');
    await killStarter(dataDir);
    await expect.poll(() => exists(join(dataDir, 'data', 'postmaster.pid')), { timeout: 10_000 }).toBe(false);
  });

  it('starts at once after its starter was killed, with everything that was committed', async () => {
    const dataDir = join(parent, 'restarted');
    await killStarter(dataDir);
    expect(await query((await start({ dataDir })).url, 'select answer from note')).toBe(42);
  });
});

/** Starts Postgres in a process of its own, commits something, and kills that process. */
async function killStarter(dataDir: string): Promise<void> {
  const launcher = new URL('../../src/demo/postgres.ts', import.meta.url).href;
  const script = `const { startPostgres } = await import(${JSON.stringify(launcher)});
    console.log((await startPostgres({ dataDir: ${JSON.stringify(dataDir)} })).url);
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [line] = await once(starter.stdout, 'data');
  await query(String(line).trim(), 'create table note as select 42 as answer');
  starter.kill('SIGKILL');
  await once(starter, 'exit');
}
