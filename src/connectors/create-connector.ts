import { type HttpConnector, type McpConnector, readsThrough } from '../domain/connector-config.ts';
import type { SecretRef, System } from '../domain/manifest.ts';
import type { Connector } from './connector.ts';
import { createHttpConnector } from './http.ts';
import { createLateMcpConnector } from './late-mcp.ts';
import { createUnwritableConnector } from './unwritable.ts';

type SecretOf = (ref: SecretRef) => string;

/** The connector of a system, of whatever kind. What `secretOf` throws may be shown to people. */
export function createConnector(system: System, secretOf: SecretOf): Connector {
  const { connector } = system;
  switch (connector.type) {
    case 'http':
    case 'mcp':
      return createRemote(system, connector, secretOf);
    case 'manual':
    case 'queue': {
      const reads = readsThrough(connector);
      return createUnwritableConnector(system, reads && createRemote(system, reads, secretOf));
    }
  }
}

function createRemote(system: System, config: HttpConnector | McpConnector, secretOf: SecretOf): Connector {
  return config.type === 'http'
    ? createHttpConnector({ system, config, secretOf })
    : createLateMcpConnector({ system, config, secretOf });
}
