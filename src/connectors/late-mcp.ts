import type { Connector } from './connector.ts';
import type { createMcpConnector, McpOptions } from './mcp.ts';
import { timeoutOf } from './patience.ts';

/** An MCP connector that is loaded when it is first used: its library takes a tenth of the start and of the memory, and few need it. */
export function createLateMcpConnector(options: McpOptions): Connector {
  let made: Promise<ReturnType<typeof createMcpConnector>> | undefined;
  const real = () => {
    made ??= import('./mcp.ts').then((loaded) => loaded.createMcpConnector(options));
    return made;
  };
  return {
    timeoutMs: timeoutOf(options.config),
    read: async (request) => (await real()).read(request),
    pin: async (request, scope) => (await real()).pin(request, scope),
    write: async (request, how) => (await real()).write(request, how),
    close: async () => (await made)?.close(),
  };
}
