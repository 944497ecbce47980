import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { EXIT, Stop } from '../errors.ts';

export interface ClientSettings {
  readonly url: string;
  readonly key: string;
}

/** A wait is held for 50 s at most. */
const PATIENCE_MS = 75_000;

/**
 * Passes the tools of a running server on over stdio, for clients that start a program and speak no HTTP. It has none of its own and
 * knows nothing of what they do. Resolves when its client has gone.
 */
export async function runMcp(settings: ClientSettings): Promise<number> {
  const remote = await connect(settings);
  const served = serveStdio(() => passingOn(remote));
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
  });
  await Promise.all([served.close(), remote.close()]);
  return EXIT.done;
}

async function connect({ url, key }: ClientSettings): Promise<Client> {
  const client = new Client(
    { name: 'countersign-stdio', version: '1' },
    { versionNegotiation: { mode: 'auto' } },
  );
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  });
  try {
    await client.connect(transport);
    return client;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unexpected';
    throw new Stop(EXIT.unavailable, `${url} does not serve these tools: ${why}`);
  }
}

function passingOn(remote: Client): Server {
  const instructions = remote.getInstructions();
  const server = new Server(
    { name: 'countersign', title: 'Countersign', version: '1' },
    { capabilities: { tools: {} }, ...(instructions ? { instructions } : {}) },
  );
  server.setRequestHandler('tools/list', async () => {
    const { tools } = await remote.listTools({}, { cacheMode: 'bypass' });
    return { tools };
  });
  server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
    remote.callTool(
      { name: params.name, arguments: params.arguments ?? {} },
      { timeout: PATIENCE_MS, signal: mcpReq.signal },
    ),
  );
  return server;
}
