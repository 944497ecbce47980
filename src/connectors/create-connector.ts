import { type HttpConnector, type McpConnector, readsThrough } from '../domain/connector-config.ts';
import type { SecretRef, System } from '../domain/manifest.ts';
import type { Connector } from './connector.ts';
import type { HttpOptions } from './http.ts';
import { late } from './late.ts';
import type { McpOptions } from './mcp.ts';
import { timeoutOf } from './patience.ts';
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
    ? createLateHttp({ system, config, secretOf })
    : createLateMcp({ system, config, secretOf });
}

/** Undici is loaded with the first call: it takes a fifteenth of the start, and memory. */
function createLateHttp(options: HttpOptions): Connector {
  const { get, close } = late(async () => (await import('./http.ts')).createHttpConnector(options));
  return {
    timeoutMs: timeoutOf(options.config),
    read: async (request) => (await get()).read(request),
    write: async (request, how) => (await get()).write(request, how),
    close,
  };
}

/** Likewise MCP's library, which takes a tenth of the start, and few need it. */
function createLateMcp(options: McpOptions): Connector {
  const { get, close } = late(async () => (await import('./mcp.ts')).createMcpConnector(options));
  return {
    timeoutMs: timeoutOf(options.config),
    read: async (request) => (await get()).read(request),
    pin: async (request, scope) => (await get()).pin(request, scope),
    write: async (request, how) => (await get()).write(request, how),
    close,
  };
}
