import { randomUUID } from 'node:crypto';
import type { Role, StoreConfig, WriterConfig } from './config.ts';
import type { Context } from './context.ts';
import { readsThrough } from './domain/connector-config.ts';
import type { Manifests, SecretRef, System } from './domain/manifest.ts';
import { EXIT, Stop } from './errors.ts';
import { farConnector } from './lifecycle/far-connector.ts';
import { openSigningKey } from './lifecycle/open-signing-key.ts';
import { watchConnector } from './lifecycle/pace.ts';
import type { Logger } from './logger.ts';
import { checkSecrets, writersSecretsHeld } from './manifests/check-secrets.ts';
import { loadManifests } from './manifests/load-manifests.ts';
import { formatProblem } from './manifests/problem.ts';
import { migrateStore } from './migrate-store.ts';
import { connectorPool, secretReader } from './open-connectors.ts';
import { createPolicies } from './policies.ts';
import { watchSilence } from './silence.ts';
import { createChanges } from './store/changes.ts';
import { type Database, openDatabase } from './store/database.ts';
import { saveManifests } from './store/manifest-versions.ts';

/** What the server holds open, and the verbs' context made of it. */
export interface Resources {
  readonly context: Context;
  secretOf(ref: SecretRef): string;
  closeConnectors(): Promise<void>;
}

/** Reads the manifests that are in force from now on. Throws a {@link Stop} that lists every problem. */
export function readManifests(
  config: Pick<WriterConfig, 'manifests' | 'env'>,
  role: Role = 'all',
): Manifests {
  const loaded = loadManifests(config.manifests, config.env);
  if (!loaded.ok) throw new Stop(EXIT.configuration, loaded.problems.map(formatProblem).join('\n'));
  const missing = checkSecrets(loaded.manifests, config.env, role);
  if (missing.length > 0) throw new Stop(EXIT.configuration, missing.map(formatProblem).join('\n'));
  return loaded.manifests;
}

/** Reads the manifests, migrates, and opens everything under the database role of what it is to be. */
export async function openResources(
  config: WriterConfig & { readonly role: Role },
  log: Logger,
): Promise<Resources> {
  const { role, env } = config;
  const manifests = readManifests(config, role);
  const secretOf = secretReader(env);
  const database = await openStore(config, log);
  await saveManifests(database, manifests.digest, manifests.files);
  const connectors = connectorPool(secretOf);
  const near = (system: System) => watchConnector(database, system, connectors.of(system));
  const known = new WeakMap<System, string>();
  const remember = (version: Manifests): Manifests => {
    for (const system of Object.values(version.systems)) known.set(system, version.digest);
    return version;
  };
  const policyOf = createPolicies(database, remember(manifests), env);
  if (role === 'gate')
    for (const secret of writersSecretsHeld(manifests, env)) log.warn({ secret }, 'gate.holds_a_credential');
  const signingKey = await openSigningKey(database, config.audit.signingKey);
  const context: Context = {
    database,
    changes: createChanges(database, role === 'writer' ? 'writer' : 'application', signingKey.keyed),
    manifests,
    policyOf: async (digest) => remember(await policyOf(digest)),
    connectorOf: (system) =>
      role === 'gate' && readsThrough(system.connector)
        ? farConnector(database, known.get(system) ?? manifests.digest, system)
        : near(system),
    signingKey,
    log,
    worker: randomUUID(),
  };
  return { context, secretOf, closeConnectors: connectors.close };
}

async function openStore(config: StoreConfig & { readonly role: Role }, log: Logger): Promise<Database> {
  const { migrateUrl: url, databaseRole } = config;
  await migrateStore(config.role === 'writer' ? { url, writer: databaseRole } : { url, role: databaseRole });
  return openDatabase({ url: config.databaseUrl, role: databaseRole, onOverrun: watchSilence(log) });
}
