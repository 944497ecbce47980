import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../../src/demo/postgres.ts';
import { processTree } from './processes.ts';

export interface Cluster {
  /** The superuser's login. */
  readonly url: string;
  readonly version: string;
  /** Of the postmaster, whose children do the work. */
  readonly pid: number;
  /** An empty database of that name, and the superuser's login on it. */
  freshDatabase(name: string): Promise<string>;
  /** The superuser's login on a database that there is. */
  urlFor(name: string): string;
  stop(): Promise<void>;
}

/** A Postgres of the benchmark's own, with the settings that a production has: fsync and synchronous_commit on. */
export async function startCluster(
  settings: Record<string, string> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  await chmod(folder, 0o755); // For the user that Postgres runs as where we are root.
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    const all = { max_connections: '200', ...settings };
    const server = await startPostgres({ dataDir: join(folder, 'postgres'), settings: all, environment });
    const { url, version } = server;
    return {
      ...{ url, version, pid: await postmasterOf(url) },
      freshDatabase: async (name) => {
        await withAdmin(url, async (sql) => {
          await sql`drop database if exists ${sql(name)} with (force)`;
          await sql`create database ${sql(name)}`;
        });
        return server.urlFor(name);
      },
      urlFor: (name) => server.urlFor(name),
      stop: () => server.stop().then(forget),
    };
  } catch (error) {
    await forget();
    throw error;
  }
}

export async function withAdmin<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

async function postmasterOf(url: string): Promise<number> {
  const backend = await withAdmin(url, async (sql) => {
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const tree = await processTree([process.pid]);
    return tree.find((each) => each.pid === row?.pid) ?? { parent: 0 };
  });
  if (backend.parent === 0) throw new Error('Postgres is not a child of this process');
  return backend.parent;
}
