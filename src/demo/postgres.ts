import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import postgres from 'postgres';
import { preparePostgresBinaries } from './postgres-binaries.ts';
import { inspectDataDir, type PostgresData, preparePostgresData } from './postgres-data.ts';
import { clearLeftover, recordStarter } from './postgres-leftover.ts';
import { type Postmaster, startPostmaster } from './postmaster.ts';

export type EmbeddedPostgres = {
  /** The superuser's login, on the database `postgres`. */
  url: string;
  urlFor(database: string, user?: string, password?: string): string;
  /** Creates the database if it is not there, and returns the superuser's login on it. */
  ensureDatabase(name: string): Promise<string>;
  version: string;
  stop(): Promise<void>;
};

export type StartPostgresOptions = {
  /** Kept between runs. Made if it is not there; for root it has to lie where an unprivileged user may enter. */
  dataDir: string;
  /** 0 or nothing: any free one. */
  port?: number;
  /** Of the superuser. Nothing: a random one, kept beside the data. */
  password?: string;
  settings?: Record<string, string>;
  /** Of the server's processes, beside the little that they have. */
  environment?: Readonly<Record<string, string>>;
  /** Deletes what an earlier run left. */
  fresh?: boolean;
};

/** For the demo and tests only: these binaries get security fixes later than Postgres itself. */
export async function startPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  await inspectDataDir(dataDir);
  await clearLeftover(dataDir);
  if (options.fresh === true) await rm(dataDir, { recursive: true, force: true });
  const binaries = await preparePostgresBinaries();
  const data = await preparePostgresData({ dataDir, binaries, password: options.password });
  const launch = async (port: number) => {
    const cluster = `countersign-${randomBytes(9).toString('hex')}`;
    const settings = { ...options.settings, ...ownSettings(port, cluster) };
    const { environment = {} } = options;
    const postmaster = await startPostmaster({ binaries, directory: data.directory, settings, environment });
    await recordStarter(dataDir, postmaster.pid);
    return connectable(postmaster, data, port, cluster);
  };
  return options.port ? launch(options.port) : launchOnFreePort(launch);
}

function ownSettings(port: number, cluster: string): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    cluster_name: cluster,
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
}

async function connectable(
  postmaster: Postmaster,
  { password }: PostgresData,
  port: number,
  cluster: string,
): Promise<EmbeddedPostgres> {
  const urlFor = (database: string, user = 'postgres', secret = password) =>
    `postgres://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const url = urlFor('postgres');
  try {
    const version = await requireOurs(url, cluster);
    const ensureDatabase = async (name: string) => {
      await createDatabase(url, name);
      return urlFor(name);
    };
    return { url, urlFor, ensureDatabase, version, stop: () => postmaster.stop() };
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
}

/** Never take whoever answers on a port for ours. Returns the server's version. */
async function requireOurs(url: string, cluster: string): Promise<string> {
  const sql = postgres(url, { max: 1, connect_timeout: 10 });
  try {
    const [row] = await sql<{ cluster: string; version: string }[]>`
      select current_setting('cluster_name') as cluster, current_setting('server_version') as version`;
    if (row?.cluster === cluster) return row.version;
    throw new Error(`Another Postgres answers at ${new URL(url).host}. Stop it, or choose another port.`);
  } finally {
    await sql.end();
  }
}

async function createDatabase(url: string, name: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  try {
    const found = await sql`select from pg_database where datname = ${name}`;
    if (found.length === 0) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end();
  }
}

/** Postgres cannot choose a port itself, so one is asked for and let go; somebody may take it in between. */
async function launchOnFreePort<T>(launch: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(await freePort());
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('could not create any TCP/IP sockets');
      if (!taken || attempt === 3) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port.');
  return address.port;
}
