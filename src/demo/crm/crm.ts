import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type NodeMcpRequestHandler, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type Change, type Customers, openCustomers, STATUSES } from './customers.ts';

export type Crm = {
  /** The MCP server's address. */
  url: string;
  seed(customers: readonly { id: string; name: string }[]): Promise<void>;
  changes(): Promise<Change[]>;
  stop(): Promise<void>;
};

/** A CRM that can be reached through its MCP server only, on loopback, with its token. */
export async function startCrm(options: {
  databaseUrl: string;
  token: string;
  port?: number;
  /** Its customers can be set back to their first day. */
  isSandbox?: boolean;
}): Promise<Crm> {
  const customers = await openCustomers(options.databaseUrl);
  const handle: NodeMcpRequestHandler = toNodeHandler(
    createMcpHandler(() => serverOf(customers, options.isSandbox ?? false)),
  );
  const server = createServer((request, response) => {
    if (holds(request, options.token)) void handle(Object.assign(request, addressOf(request)), response);
    else response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    seed: (all) => customers.seed(all),
    changes: () => customers.changes(),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await customers.close();
    },
  };
}

function serverOf(customers: Customers, isSandbox: boolean): McpServer {
  const server = new McpServer({ name: 'acme-crm', version: '3.2.0' });
  const id = z.string().describe('The account number, for instance 4471');
  const show = async (customer: string) => {
    const found = await customers.find(customer);
    const content = [
      { type: 'text' as const, text: found ? JSON.stringify(found) : `There is no customer ${customer}` },
    ];
    return found ? { content, structuredContent: found } : { content, isError: true };
  };
  server.registerTool(
    'get_customer',
    { description: 'Shows a customer', inputSchema: z.object({ id }), annotations: { readOnlyHint: true } },
    ({ id }) => show(id),
  );
  server.registerTool(
    'set_status',
    { description: "Changes a customer's status", inputSchema: z.object({ id, status: z.enum(STATUSES) }) },
    async ({ id, status }) => {
      await customers.setStatus(id, status);
      return show(id);
    },
  );
  if (isSandbox)
    server.registerTool(
      'reset_sandbox',
      { description: 'Makes every customer active again', inputSchema: z.object({}) },
      async () => {
        await customers.reset();
        return { content: [{ type: 'text' as const, text: '{}' }], structuredContent: {} };
      },
    );
  return server;
}

/** Node's own type leaves open what a server's requests always have. */
function addressOf({ method = 'GET', url = '/' }: IncomingMessage): { method: string; url: string } {
  return { method, url };
}

function holds(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
