import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Any fixed number: whoever migrates holds it, since drizzle's migrator takes no lock of its own. */
const LOCK = 4_471_001;

const APPLICATION_ROLE = 'countersign_app';

/** Whose rights are granted: the application's, or those of the process that only writes. */
export type Grantee = { readonly role?: string } | { readonly writer: string };

/**
 * Brings the schema up to date as the owner, one process at a time, and grants the role what it may.
 * Committed when it returns. Every migration is forward only.
 */
export async function migrate(options: { readonly url: string } & Grantee): Promise<void> {
  const client = postgres(options.url, { max: 1, onnotice: () => {} });
  try {
    await client`select pg_advisory_lock(${LOCK})`;
    await applyMigrations(drizzle(client), { migrationsFolder: FOLDER });
    await client.unsafe('select ensure_audit_partitions()');
    await client.unsafe('select follow_cluster()');
    if ('writer' in options) await client.unsafe('select grant_writer_role($1)', [options.writer]);
    else await client.unsafe('select grant_application_role($1)', [options.role ?? APPLICATION_ROLE]);
  } finally {
    await client.end({ timeout: 5 });
  }
}
