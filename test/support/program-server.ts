import { appendFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

/** A CRM as an MCP server that is a program: run with a file that it notes its calls in, and how it is to behave. */
const [, , notes = '', behaviour = 'works', version = '1.0.0', last = 'closed'] = process.argv;

const server = new McpServer({ name: 'crm', version });

async function answer(tool: string, meta: unknown) {
  appendFileSync(notes, `${JSON.stringify({ tool, meta, env: process.env })}\n`);
  const { stdout } = process;
  if (behaviour === 'silent') await new Promise(() => {});
  if (behaviour === 'hangs_up') process.exit(3);
  if (behaviour === 'floods')
    for (;;) await new Promise((resolve) => stdout.write('x'.repeat(65_536), resolve));
  if (behaviour === 'chatters')
    for (;;)
      await new Promise((resolve) =>
        stdout.write(
          '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}\n',
          resolve,
        ),
      );
  if (behaviour === 'drips') setInterval(() => stdout.write(' '), 20);
  if (behaviour === 'drips') await new Promise(() => {});
  if (behaviour === 'babbles') {
    stdout.write('<html>Sign in\n');
    await new Promise(() => {});
  }
  if (behaviour === 'fails') return { content: [], structuredContent: { why: 'no' }, isError: true };
  const structuredContent =
    behaviour === 'reflects'
      ? { [`key ${process.env.CRM_TOKEN}`]: [process.env.CRM_TOKEN] }
      : { id: '4471', status: 'active' };
  return { content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }], structuredContent };
}

server.registerTool('get_customer', { inputSchema: z.object({ id: z.string() }) }, (_, { mcpReq }) =>
  answer('get_customer', mcpReq._meta),
);
server.registerTool(
  'set_status',
  { inputSchema: z.object({ id: z.string(), status: z.enum(['active', last]) }) },
  (_, { mcpReq }) => answer('set_status', mcpReq._meta),
);
if (behaviour === 'stubborn') setInterval(() => {}, 1_000);
await server.connect(new StdioServerTransport());
