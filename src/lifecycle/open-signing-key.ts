import { readSigningKey, type SigningKey } from '../domain/signing-key.ts';
import { keepSigningKey } from '../store/checkpoints.ts';
import type { Database } from '../store/database.ts';
import { readLogOrigin } from '../store/seals.ts';

/** The key that signs this database's log: the given one, else one that is made and kept in the database. */
export async function openSigningKey(database: Database, given: string | undefined): Promise<SigningKey> {
  const origin = await readLogOrigin(database);
  return given
    ? readSigningKey(given, origin, false)
    : readSigningKey(await keepSigningKey(database), origin, true);
}
