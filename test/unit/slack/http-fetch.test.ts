import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { httpFetch } from '../../../src/slack/http-fetch.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

type Answering = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

async function serving(answer: Answering): Promise<string> {
  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 0; // It closes none by itself, and says so to nobody.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/x?y=1`;
}

describe('the fetch of the Web API', () => {
  it('sends what it is given, and answers as fetch does', async () => {
    const came: (Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { readonly body: string })[] = [];
    const url = await serving(async (request, response) => {
      const { method, url: path, headers } = request;
      came.push({ method, url: path, headers, body: await text(request) });
      response.writeHead(200, { 'X-OAuth-Scopes': 'chat:write' }).end('{"ok":true,"text":"grüß"}');
    });
    const headers = { Authorization: 'Bearer xoxb', 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await httpFetch(url, { method: 'POST', headers, body: 'a=ü' });
    expect(answer).toMatchObject({ ok: true, status: 200, statusText: 'OK', url });
    expect(answer.headers.get('X-OAuth-Scopes')).toBe('chat:write');
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(Object.fromEntries(answer.headers.entries())).toMatchObject({ 'x-oauth-scopes': 'chat:write' });
    expect(await answer.json()).toEqual({ ok: true, text: 'grüß' });
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe(await answer.text());
    expect(came).toMatchObject([
      { method: 'POST', url: '/api/x?y=1', body: 'a=ü', headers: { authorization: 'Bearer xoxb' } },
    ]);
  });

  it('goes by one connection while there is something to ask, and gives it up when it was idle', async () => {
    const sockets = new Set<Socket>();
    const url = await serving((request, response) => {
      sockets.add(request.socket);
      response.end('{}');
    });
    await httpFetch(url);
    await httpFetch(url);
    expect(sockets.size).toBe(1);
    for (const socket of sockets) await once(socket, 'close');
  });

  it('sends a form with a file', async () => {
    const url = await serving(async (request, response) => {
      response.end(`${request.headers['content-type']}\n${await text(request)}`);
    });
    const form = new FormData();
    form.append('file', new Blob(['a,b']), 'audit.csv');
    const sent = await (await httpFetch(url, { method: 'POST', body: form })).text();
    expect(sent).toMatch(/^multipart\/form-data; boundary=/);
    expect(sent).toContain('filename="audit.csv"');
    expect(sent).toContain('a,b');
  });

  it('follows nobody elsewhere', async () => {
    const url = await serving((_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end();
    });
    expect(await httpFetch(url)).toMatchObject({ ok: false, status: 302 });
  });

  it('fails when nobody answers in time, nobody is there, or the answer breaks off', async () => {
    const silent = await serving(() => {});
    await expect(httpFetch(silent, { signal: AbortSignal.timeout(20) })).rejects.toThrow(/abort/);
    const broken = await serving((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('{"ok"', () => response.destroy());
    });
    await expect(httpFetch(broken)).rejects.toThrow(/aborted/);
    await expect(httpFetch('http://127.0.0.1:9/')).rejects.toThrow('ECONNREFUSED');
  });

  it('fails when the answer stops half way for too long', async () => {
    const url = await serving((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('{"ok"');
    });
    await expect(httpFetch(url, { signal: AbortSignal.timeout(100) })).rejects.toThrow(/abort/);
  });
});
