import { randomUUID } from 'node:crypto';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import type { Manifests, SecretRef } from './domain/manifest.ts';
import { EXIT, Stop } from './errors.ts';
import { openSigningKey } from './lifecycle/open-signing-key.ts';
import { watchConnector } from './lifecycle/pace.ts';
import type { Logger } from './logger.ts';
import { checkSecrets } from './manifests/check-secrets.ts';
import { loadManifests } from './manifests/load-manifests.ts';
import { formatProblem } from './manifests/problem.ts';
import { connectorPool, secretReader } from './open-connectors.ts';
import { createPolicies } from './policies.ts';
import { createChanges } from './store/changes.ts';
import { type Database, openDatabase } from './store/database.ts';
import { saveManifests } from './store/manifest-versions.ts';
import { migrate } from './store/migrate.ts';

/** What the server holds open, and the verbs' context made of it. */
export interface Resources {
  readonly context: Context;
  secretOf(ref: SecretRef): string;
  closeConnectors(): Promise<void>;
}

/** Reads the manifests that are in force from now on. Throws a {@link Stop} that lists every problem. */
export function readManifests(config: Pick<Config, 'manifests' | 'env'>): Manifests {
  const loaded = loadManifests(config.manifests, config.env);
  if (!loaded.ok) throw new Stop(EXIT.configuration, loaded.problems.map(formatProblem).join('\n'));
  const missing = checkSecrets(loaded.manifests, config.env);
  if (missing.length > 0) throw new Stop(EXIT.configuration, missing.map(formatProblem).join('\n'));
  return loaded.manifests;
}

/** Reads the manifests, migrates, and opens everything under the application's role. */
export async function openResources(config: Config, log: Logger): Promise<Resources> {
  const manifests = readManifests(config);
  const secretOf = secretReader(config.env);
  const database = await openStore(config);
  await saveManifests(database, manifests.digest, manifests.files);
  const connectors = connectorPool(secretOf);
  const context: Context = {
    database,
    changes: createChanges(database),
    manifests,
    policyOf: createPolicies(database, manifests, config.env),
    connectorOf: (system) => watchConnector(database, system, connectors.of(system)),
    signingKey: await openSigningKey(database, config.audit.signingKey),
    log,
    worker: randomUUID(),
  };
  return { context, secretOf, closeConnectors: connectors.close };
}

async function openStore(config: Config): Promise<Database> {
  try {
    await migrate({ url: config.migrateUrl, role: config.databaseRole });
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
  return openDatabase({ url: config.databaseUrl, role: config.databaseRole });
}
