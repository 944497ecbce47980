import type { Env } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import { createConnector } from './connectors/create-connector.ts';
import type { SecretRef, System } from './domain/manifest.ts';
import { EXIT, Stop } from './errors.ts';
import { readSecret } from './manifests/secrets.ts';

export type SecretOf = (ref: SecretRef) => string;

/** Reads a secret each time it is asked for. Throws a {@link Stop} that names it, never its value. */
export function secretReader(env: Env): SecretOf {
  return (ref) => {
    const read = readSecret(ref, env);
    if (!read.ok) throw new Stop(EXIT.configuration, read.message);
    return read.value;
  };
}

/** One connector a system and manifests' version, so that a write goes out as the version that judged it says. */
export function connectorPool(secretOf: SecretOf): { of(system: System): Connector; close(): Promise<void> } {
  const pool = new Map<System, Connector>();
  return {
    of(system) {
      const connector = pool.get(system) ?? createConnector(system, secretOf);
      pool.set(system, connector);
      return connector;
    },
    close: async () => {
      await Promise.all([...pool.values()].map((connector) => connector.close()));
    },
  };
}
