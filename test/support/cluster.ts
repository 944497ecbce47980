import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../src/demo/postgres.ts';
import { migrate } from '../../src/store/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's login on the server that all test files of a project share. */
    adminUrl: string;
    /** The migrated database that `freshDatabase` clones. The names of its clones begin with it. */
    templateDatabase: string;
  }
}

/** Commits need not survive the machine here; everything else is as in production. */
const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '300' };

/** vitest calls it once a project. `TEST_DATABASE_URL` is an admin's login on a server that is running already. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => {} } : await startTemporary();
  const template = `template_countersign_${randomBytes(4).toString('hex')}`;
  const tearDown = async () => {
    await dropAll(server.url, template);
    await server.stop();
  };
  try {
    await createTemplate(server.url, template);
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('adminUrl', server.url);
  project.provide('templateDatabase', template);
  return tearDown;
}

async function startTemporary(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  await chmod(folder, 0o755); // For the user that Postgres runs as where we are root.
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
    return { url: server.url, stop: () => server.stop().then(forget) };
  } catch (error) {
    await forget();
    throw error;
  }
}

async function createTemplate(adminUrl: string, name: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1 });
  try {
    await sql`create database ${sql(name)} template template0 encoding 'UTF8'`;
  } finally {
    await sql.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await migrate({ url: url.href });
}

/** Also what a test file that was killed left behind; on a server that is not ours it would stay for ever. */
async function dropAll(adminUrl: string, template: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1 });
  try {
    const found = await sql<{ name: string }[]>`
      select datname as name from pg_database where starts_with(datname, ${template})`;
    for (const { name } of found) await sql`drop database if exists ${sql(name)} with (force)`;
  } finally {
    await sql.end();
  }
}
