import type { Connector } from './connectors/connector.ts';
import type { Manifests, System } from './domain/manifest.ts';
import type { SigningKey } from './domain/signing-key.ts';
import type { Logger } from './logger.ts';
import type { Changes } from './store/changes.ts';
import type { Database } from './store/database.ts';

/** What every verb needs; built once, in `app.ts`. */
export interface Context {
  readonly database: Database;
  readonly changes: Changes;
  /** The version in force for what is proposed from now on. */
  readonly manifests: Manifests;
  /** The version that judged a proposal, from the database. */
  policyOf(digest: string): Promise<Manifests>;
  connectorOf(system: System): Connector;
  /** Signs receipts and the audit's heads. */
  readonly signingKey: SigningKey;
  readonly log: Logger;
  /** This process, in leases. */
  readonly worker: string;
}
