import { afterEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import { atOnce } from '../../support/http-system.ts';
import {
  getCustomer,
  mcpSystem,
  pinned,
  setStatus,
  startToolServer,
  type ToolServerOptions,
} from '../../support/mcp-system.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serve(options: ToolServerOptions = {}) {
  const server = await startToolServer(options);
  ends.push(server.close);
  return server;
}

function connect(url: string, secrets?: readonly string[]): Connector {
  const connector = mcpSystem(url, {}, secrets);
  ends.push(connector.close);
  return connector;
}

const asStatus = { key: 'exe_1', scope: 'status', receipt: 'a.b.c', start: atOnce };

describe('call a tool', () => {
  it('gives back the structured result', async () => {
    const { url } = await serve();
    const answer = await connect(url).read(getCustomer);
    expect(answer).toMatchObject({ kind: 'answered', status: 200, body: { id: '4471', status: 'active' } });
  });

  it('is refused without a pin: what was not approved is not called', async () => {
    const server = await serve();
    expect(await connect(server.url).write(setStatus, asStatus)).toMatchObject({ kind: 'not_sent' });
    expect(server.calls).toEqual([]);
  });

  it('is refused when the input schema is another than was approved', async () => {
    const before = await serve();
    const call = await pinned(connect(before.url));
    const after = await serve({ statuses: ['active', 'closed', 'deleted'] });
    const pin = {
      server: call.pin?.server.replace(before.url, after.url) ?? '',
      schema: call.pin?.schema ?? '',
    };
    const answer = await connect(after.url).write({ ...call, pin }, asStatus);
    expect(answer).toMatchObject({
      kind: 'not_sent',
      permanent: false,
      why: 'its tool set_status is not the one that was approved',
    });
    expect(after.calls).toEqual([]);
  });

  it('is refused when the server says that it is another', async () => {
    const before = await serve();
    const call = await pinned(connect(before.url));
    const after = await serve({ version: '2.0.0' });
    const pin = {
      server: call.pin?.server.replace(before.url, after.url) ?? '',
      schema: call.pin?.schema ?? '',
    };
    expect(await connect(after.url).write({ ...call, pin }, asStatus)).toMatchObject({ kind: 'not_sent' });
    expect(after.calls).toEqual([]);
  });

  it('that reports an error is ambiguous for a write, and a plain no for a look', async () => {
    const { url } = await serve({ result: () => ({ structuredContent: { why: 'no' }, isError: true }) });
    const connector = connect(url);
    expect(await connector.read(getCustomer)).toMatchObject({ kind: 'answered', status: 422 });
    expect(await connector.write(await pinned(connector), asStatus)).toMatchObject({
      kind: 'answered',
      status: 500,
    });
  });

  it('is refused for arguments that its schema does not take, and then nothing was done', async () => {
    const { url } = await serve();
    const connector = connect(url);
    const call = await pinned(connector, { ...setStatus, arguments: { id: '4471', status: 'sold' } });
    const answer = await connector.write(call, asStatus);
    expect(answer.kind === 'answered' && answer.status).toSatisfy(
      (status) => status === 422 || status === 500,
    );
  });

  it('that the server does not have is refused for good', async () => {
    const { url } = await serve();
    const connector = connect(url);
    expect(await connector.pin?.({ tool: 'set_name', arguments: {} }, 'other')).toMatchObject({
      kind: 'not_sent',
      permanent: true,
      why: 'it has no tool set_name',
    });
  });

  it('asks for patience as the server does', async () => {
    const server = await serve({
      instead: (_, response) => response.writeHead(429, { 'retry-after': '7' }).end(),
    });
    expect(await connect(server.url).read(getCustomer)).toMatchObject({
      kind: 'answered',
      status: 429,
      retryAfterMs: 7_000,
    });
  });

  it('goes out on a connection that is open already: once it has begun there is no time to open one', async () => {
    const server = await serve();
    const connector = connect(server.url);
    const call = await pinned(connector);
    let open = 0;
    const start = async () => {
      open = server.connections();
      return Number.POSITIVE_INFINITY;
    };
    expect(await connector.write(call, { ...asStatus, start })).toMatchObject({ status: 200 });
    expect(server.connections()).toBe(open);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await serve();
    const server = await serve({
      instead: (_, response) => response.writeHead(307, { location: elsewhere.url }).end(),
    });
    const connector = connect(server.url);
    expect((await connector.write(await pinned(connector), asStatus)).kind).not.toBe('not_sent');
    expect(elsewhere.methods).toEqual([]);
  });
});
