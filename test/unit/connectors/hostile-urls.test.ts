import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { HttpConnector } from '../../../src/domain/connector-config.ts';
import type { Answer } from '../../../src/domain/handoff.ts';
import { asRefund, httpSystem, look, refund } from '../../support/http-system.ts';
import { type Loopback, listening, startHttp } from '../../support/loopback.ts';

const read = (name: string): unknown =>
  parse(readFileSync(join(import.meta.dirname, '../../cases/hostile-urls', name), 'utf8'));
const urls = z
  .object({
    loopback: z.array(z.string()),
    private: z.array(z.string()),
    never: z.array(z.string()),
    resolved: z.array(z.array(z.string())),
  })
  .parse(read('base-urls.yml'));
const paths = z.array(z.string()).parse(read('paths.yml'));

/** Says that every name is here. */
const here = async () => [{ address: '127.0.0.1', family: 4 }];
const said = (addresses: readonly string[]) => async () =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

let trap: Loopback;
beforeAll(async () => {
  trap = await listening(
    createServer((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')),
    '::',
  );
});
afterAll(() => trap.close());

let before: number;
beforeEach(() => {
  before = trap.connections();
});

/** Looks and writes. */
async function call(connector: Partial<HttpConnector>, resolve = here): Promise<Answer[]> {
  const http = httpSystem({ timeoutMs: 2_000, ...connector }, { resolve });
  const answers = [await http.read(look), await http.write(refund, asRefund)];
  await http.close();
  return answers;
}

const refused = { kind: 'not_sent', permanent: true };
const atTrap = (url: string) => url.replace('PORT', String(trap.port));

describe('reach a private address', () => {
  it.each(urls.loopback)('%j leads nowhere', async (url) => {
    for (const answer of await call({ baseUrl: atTrap(url), allowPrivate: false }))
      expect(answer).toMatchObject(refused);
    expect(trap.connections()).toBe(before);
  });

  it.each(urls.private)('%j leads nowhere', async (url) => {
    for (const answer of await call({ baseUrl: url, allowPrivate: false }))
      expect(answer).toMatchObject(refused);
  });

  it.each(urls.never)('%j leads nowhere even where private addresses are allowed', async (url) => {
    for (const answer of await call({ baseUrl: url, allowPrivate: true }))
      expect(answer).toMatchObject(refused);
  });

  it.each(urls.resolved)('a name that is said to be at %s… leads nowhere', async (...addresses) => {
    const baseUrl = `http://api.billing.example:${trap.port}`;
    const resolve = said(addresses.filter((each) => typeof each === 'string'));
    for (const answer of await call({ baseUrl, allowPrivate: false }, resolve))
      expect(answer).toMatchObject(refused);
    expect(trap.connections()).toBe(before);
  });
});

describe('leave the paths of a scope', () => {
  const lines = ['GET /accounts/*', 'GET /accounts/*/notes', 'GET /refunds'];

  it.each(paths)('%j does not leave', async (path) => {
    const system = await startHttp((_, response) => response.end('{}'));
    const host = `127.0.0.1:${trap.port}`;
    const hostile = path.replaceAll('TRAP', host);
    for (const base of ['', '/v1']) {
      const http = httpSystem({ baseUrl: system.url + base }, { read: lines, write: lines });
      const request = { method: 'GET', path: hostile, body: undefined };
      expect(await http.read(request)).toMatchObject(refused);
      expect(await http.write(request, asRefund)).toMatchObject(refused);
      await http.close();
    }
    expect([system.connections(), trap.connections()]).toEqual([0, before]);
    await system.close();
  });

  it('the corpus is as large as was promised', () => {
    expect(Object.values(urls).flat().length).toBeGreaterThanOrEqual(150);
    expect(new Set(paths).size).toBeGreaterThanOrEqual(150);
  });
});

describe('reach the trap where private addresses are allowed', () => {
  it.each([
    'http://127.0.0.1:PORT',
    'http://0x7f.1:PORT',
    'http://2130706433:PORT',
    'http://[::ffff:127.0.0.1]:PORT',
    'http://[::1]:PORT',
    'http://api.billing.example:PORT',
  ])('%j leads there, so the trap works', async (url) => {
    const answers = await call({ baseUrl: atTrap(url), allowPrivate: true });
    expect(answers).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(trap.connections()).toBeGreaterThan(before);
  });
});
