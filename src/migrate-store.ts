import { EXIT, Stop } from './errors.ts';
import { type Grantee, migrate } from './store/migrate.ts';

/** As {@link migrate}. Trouble with Postgres is a {@link Stop} of one sentence. */
export async function migrateStore(options: { readonly url: string } & Grantee): Promise<void> {
  try {
    await migrate(options);
  } catch (error) {
    // The library wraps the reason, and puts parameters into its own message.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unexpected';
    throw new Stop(
      EXIT.unavailable,
      `Postgres can't be reached or migrated (${code}): see DATABASE_URL and MIGRATE_DATABASE_URL`,
    );
  }
}
