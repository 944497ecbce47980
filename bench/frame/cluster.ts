import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../src/demo/postgres.ts';

export interface Cluster {
  /** An empty database, and the superuser's login on it. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** A Postgres of the benchmark's own, with the settings that a production has: fsync and synchronous_commit on. */
export async function startCluster(settings: Record<string, string> = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  await chmod(folder, 0o755); // For the user that Postgres runs as where we are root.
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await startPostgres({ dataDir: join(folder, 'postgres'), settings });
    return { database: server.ensureDatabase, stop: () => server.stop().then(forget) };
  } catch (error) {
    await forget();
    throw error;
  }
}
