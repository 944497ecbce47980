import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import { asRefund, httpSystem, look, refund } from '../../support/http-system.ts';
import { type Loopback, listening, startHttp, startLoopback } from '../../support/loopback.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function using<T extends Connector | Loopback>(thing: T): T {
  ends.push(thing.close);
  return thing;
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const here = [{ address: '127.0.0.1', family: 4 }];

describe('open a connection', () => {
  it('the name is kept for the system, the address is the one that was checked', async () => {
    let host: string | undefined;
    const system = using(
      await startHttp((request, response) => {
        host = request.headers.host;
        response.end('{}');
      }),
    );
    const asked: string[] = [];
    const baseUrl = `http://api.billing.example:${system.port}`;
    const resolve = async (name: string) => {
      asked.push(name);
      return here;
    };
    const connector = using(httpSystem({ baseUrl }, { resolve }));
    expect(await connector.read(look)).toMatchObject({ status: 200 });
    expect([host, asked]).toEqual([`api.billing.example:${system.port}`, ['api.billing.example']]);
  });

  it('a name server that changes its mind after the check gets nowhere', async () => {
    const trap = using(await startLoopback((socket) => void socket.end(OK)));
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      // Nobody is at the first one, which may be used; the second may not.
      return asked === 1 ? [{ address: '203.0.114.1', family: 4 }] : here;
    };
    const baseUrl = `http://rebind.example:${trap.port}`;
    const connector = using(httpSystem({ baseUrl, allowPrivate: false, timeoutMs: 300 }, { resolve }));
    expect(await connector.write(refund, asRefund)).toMatchObject({ kind: 'not_sent', permanent: false });
    expect(asked).toBe(1);
    expect(await connector.write(refund, asRefund)).toMatchObject({ kind: 'not_sent', permanent: true });
    expect(trap.connections()).toBe(0);
  });

  it('is tried at the next address where nobody is at the first', async () => {
    const system = using(await startHttp((_, response) => response.end('{}')));
    const resolve = async () => [{ address: '::1', family: 6 }, ...here];
    const connector = using(httpSystem({ baseUrl: `http://localhost:${system.port}` }, { resolve }));
    expect(await connector.read(look)).toMatchObject({ status: 200 });
  });

  it.each([
    [
      'an unknown name',
      async () => Promise.reject(Object.assign(new Error('secret words'), { code: 'ENOTFOUND' })),
    ],
    ['a name without an address', async () => []],
    ['a name server that is silent', () => new Promise<never>(() => {})],
  ])('%s leaves the write unsent', async (_, resolve) => {
    const connector = using(
      httpSystem({ baseUrl: 'http://api.billing.example', timeoutMs: 200 }, { resolve }),
    );
    const answer = await connector.write(refund, asRefund);
    expect(answer).toMatchObject({ kind: 'not_sent', permanent: false });
    expect(JSON.stringify(answer)).not.toContain('secret words');
  });

  it('a write that waited too long for its connection does not leave when there is one', async () => {
    const lines: string[] = [];
    const system = using(
      await startHttp((request, response) => {
        lines.push(`${request.method} ${request.url}`);
        response.end('{}');
      }),
    );
    const name = Promise.withResolvers<typeof here>();
    const baseUrl = `http://api.billing.example:${system.port}`;
    const connector = using(httpSystem({ baseUrl, timeoutMs: 200 }, { resolve: () => name.promise }));
    expect(await connector.write(refund, asRefund)).toMatchObject({ kind: 'not_sent', permanent: false });
    name.resolve(here);
    // The way is open now, and what is asked for now leaves.
    expect(await connector.read(look)).toMatchObject({ status: 200 });
    await connector.close();
    expect(lines).toEqual(['GET /accounts/7']);
  });
});

describe('shake hands', () => {
  const pem = (name: string) => readFileSync(join(import.meta.dirname, '../../cases/tls', name));

  it('a certificate that nobody vouches for leaves the write unsent, and the system saw the name', async () => {
    const names: string[] = [];
    let requests = 0;
    const tls = createTlsServer({
      key: pem('self-signed.key'),
      cert: pem('self-signed.crt'),
      SNICallback: (name, callback) => {
        names.push(name);
        callback(null);
      },
    });
    tls.on('secureConnection', (socket) => {
      socket.on('data', () => {
        requests += 1;
      });
    });
    const system = using(await listening(tls));
    const baseUrl = `https://api.billing.example:${system.port}`;
    const connector = using(httpSystem({ baseUrl }, { resolve: async () => here }));
    expect(await connector.write(refund, asRefund)).toEqual({
      kind: 'not_sent',
      permanent: false,
      why: "it can't be reached (DEPTH_ZERO_SELF_SIGNED_CERT)",
    });
    expect([names, requests]).toEqual([['api.billing.example'], 0]);
  });

  it('a system that speaks no TLS, or hangs up in the handshake, leaves the write unsent', async () => {
    for (const act of ['end', 'resetAndDestroy'] as const) {
      const system = using(await startLoopback((socket) => void socket.once('data', () => socket[act]())));
      const connector = using(httpSystem({ baseUrl: `https://127.0.0.1:${system.port}`, timeoutMs: 1_000 }));
      const answer = await connector.write(refund, asRefund);
      expect(answer, act).toMatchObject({ kind: 'not_sent', permanent: false });
    }
  });
});

describe('keep a connection', () => {
  /** One that has just answered is free again only a turn later. */
  const turn = async () => {
    for (let turns = 0; turns < 3; turns += 1) await setImmediate();
  };

  /** Answers the first request of a connection, and does `then` at the second. */
  async function startTwice(
    then: 'resetAndDestroy' | 'end',
  ): Promise<Loopback & { readonly requests: string[] }> {
    const requests: string[] = [];
    const server = await startLoopback((socket) => {
      let first = true;
      socket.on('data', (chunk) => {
        requests.push(chunk.toString().split(' HTTP')[0] ?? '');
        if (first) socket.write(OK);
        else socket[then]();
        first = false;
      });
    });
    return using({ ...server, requests });
  }

  it('is used again', async () => {
    const system = using(await startHttp((_, response) => response.end('{}')));
    const connector = using(httpSystem({ baseUrl: system.url }));
    await connector.read(look);
    await turn();
    await connector.write(refund, asRefund);
    expect(system.connections()).toBe(1);
  });

  it.each(['resetAndDestroy', 'end'] as const)(
    'a write on one that is then closed (%s) is lost, and not sent twice',
    async (then) => {
      const system = await startTwice(then);
      const connector = using(httpSystem({ baseUrl: system.url }));
      expect(await connector.read(look)).toMatchObject({ status: 200 });
      await turn();
      expect(await connector.write(refund, asRefund)).toMatchObject({ kind: 'lost' });
      // A look after it goes on, over a new connection; had the write been sent again it would stand before it.
      expect(await connector.read(look)).toMatchObject({ status: 200 });
      expect(system.requests).toEqual(['GET /accounts/7', 'POST /refunds', 'GET /accounts/7']);
    },
  );

  it('a system without keys gets a fresh one for each call, so that no write is lost to an old one', async () => {
    const system = await startTwice('resetAndDestroy');
    const connector = using(httpSystem({ baseUrl: system.url, idempotencyHeader: undefined }));
    expect(await connector.read(look)).toMatchObject({ status: 200 });
    await turn();
    expect(await connector.write(refund, asRefund)).toMatchObject({ kind: 'answered', status: 200 });
    expect(system.connections()).toBe(2);
  });

  it('of a system without keys is open before its write starts, however far away it is', async () => {
    const system = using(await startHttp((_, response) => response.end('{}')));
    let resolved = false;
    const resolve = async () => {
      await setImmediate();
      resolved = true;
      return here;
    };
    const baseUrl = `http://far.billing.example:${system.port}`;
    const connector = using(httpSystem({ baseUrl, idempotencyHeader: undefined }, { resolve }));
    let wasOpen = false;
    const start = async () => {
      wasOpen = resolved && system.connections() === 1;
      return performance.now() + 150;
    };
    expect(await connector.write(refund, { ...asRefund, start })).toMatchObject({ status: 200 });
    expect(wasOpen).toBe(true);
  });
});
