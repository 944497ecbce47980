import { EXIT, Stop } from '../errors.ts';
import { type Database, openDatabase } from '../store/database.ts';

/** What commands on the database need of the configuration. */
export interface StoreSettings {
  readonly databaseUrl: string;
  readonly migrateUrl: string;
  readonly databaseRole: string;
  readonly audit: { readonly signingKey: string | undefined; readonly checkpoints: string | undefined };
}

const ADVICE: Readonly<Record<string, string>> = {
  '42P01': 'its tables are not there or not up to date: run countersign migrate',
  '42883': 'its functions are not there or not up to date: run countersign migrate',
  '42501': 'this login has not the right to do that',
  '3D000': 'there is no such database',
};

/** Runs `work` on the database, however long it takes. Trouble with Postgres ends in one sentence. */
export async function onStore<T>(
  settings: StoreSettings,
  as: 'application' | 'owner',
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = openDatabase({
    ...(as === 'owner'
      ? { url: settings.migrateUrl }
      : { url: settings.databaseUrl, role: settings.databaseRole }),
    connections: 4,
    statementTimeoutMs: 0,
  });
  try {
    return await work(database);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (error instanceof Stop || !/^[A-Z0-9_]{5,}$/.test(code)) throw error;
    throw new Stop(
      EXIT.unavailable,
      `Postgres: ${ADVICE[code] ?? `it can't be reached or says no (${code})`}`,
    );
  } finally {
    await database.close();
  }
}
