import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import { asRefund, atOnce, httpSystem, look, OLD_SECRET, refund, SECRET } from '../../support/http-system.ts';
import { type Loopback, startHttp } from '../../support/loopback.ts';

interface Seen {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const using = (connector: Connector): Connector => {
  ends.unshift(connector.close);
  return connector;
};

/** A system that notes what it is asked. */
async function startSystem(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('{}'),
): Promise<Loopback & { readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = await startHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      answer(request, response);
    });
  });
  ends.push(server.close);
  return { ...server, seen };
}

describe('send a request', () => {
  it('holds the path below base_url, the body as it was approved, the credential and the key', async () => {
    const system = await startSystem();
    const headers = {
      authorization: 'Bearer ${secret}',
      'X-Twice': '${secret}:${secret}',
      accept: 'application/x+json',
    };
    const connector = using(httpSystem({ baseUrl: `${system.url}/v1`, headers }));
    await connector.write({ ...refund, path: "/refunds?note=O'Brien%20%26%20Co" }, asRefund);
    expect(system.seen).toMatchObject([
      {
        line: "POST /v1/refunds?note=O'Brien%20%26%20Co",
        body: '{"amount":"20.00"}',
        headers: {
          authorization: `Bearer ${SECRET}`,
          'x-twice': `${SECRET}:${SECRET}`,
          accept: 'application/x+json',
          'content-type': 'application/json',
          'user-agent': 'countersign',
          'idempotency-key': 'exe_1',
        },
      },
    ]);
  });

  it('a look has no body and no key', async () => {
    const system = await startSystem();
    await using(httpSystem({ baseUrl: system.url })).read(look);
    const [seen] = system.seen;
    expect(seen).toMatchObject({
      line: 'GET /accounts/7',
      body: '',
      headers: { accept: 'application/json' },
    });
    expect(Object.keys(seen?.headers ?? {})).not.toContain('idempotency-key');
    expect(Object.keys(seen?.headers ?? {})).not.toContain('content-type');
  });

  it('a secret is not a template: nothing in it is filled in', async () => {
    const system = await startSystem();
    const secret = '$&$`${secret}';
    await using(httpSystem({ baseUrl: system.url }, { secrets: [secret] })).read(look);
    expect(system.seen[0]?.headers.authorization).toBe(`Bearer ${secret}`);
  });

  it.each(['exe_1\r\nX-Evil: 1', 'exe_1\n', 'exé', '', ' ', '\0', 'a\tb'])(
    'no write leaves under the key %j',
    async (key) => {
      const system = await startSystem();
      const answer = await using(httpSystem({ baseUrl: system.url })).write(refund, {
        key,
        scope: 'refunds',
        receipt: 'a.b.c',
        start: atOnce,
      });
      expect(answer).toEqual({
        kind: 'not_sent',
        permanent: true,
        why: 'the header idempotency-key would not be visible ASCII',
      });
      expect(system.connections()).toBe(0);
    },
  );

  it.each(['x\r\nX-Evil: 1', 'x\n', 'sécret', 'x\0', 'x\u010aX-Evil:1'])(
    'no secret such as %j leaves, or is told',
    async (secret) => {
      const system = await startSystem();
      const answer = await using(httpSystem({ baseUrl: system.url }, { secrets: [secret] })).read(look);
      expect(answer).toMatchObject({
        kind: 'not_sent',
        why: 'the header authorization would not be visible ASCII',
      });
      expect(system.connections()).toBe(0);
    },
  );

  it('without its credential nothing leaves, and it may be tried again', async () => {
    const system = await startSystem();
    const secretOf = () => {
      throw new Error('BILLING_TOKEN is not set');
    };
    const answer = await using(httpSystem({ baseUrl: system.url }, { secretOf })).read(look);
    const why = "its credential can't be read: BILLING_TOKEN is not set";
    expect(answer).toEqual({ kind: 'not_sent', why, permanent: false });
    expect(system.connections()).toBe(0);
  });

  it('says which lines do not cover it, without its query', async () => {
    const connector = using(httpSystem({}));
    const request = { method: 'GET', path: '/admin?token=1', body: undefined };
    expect(await connector.read(request)).toMatchObject({
      why: 'GET /admin is not covered by the read lines of billing',
    });
    expect(await connector.write(request, asRefund)).toMatchObject({
      why: 'GET /admin is not covered by the "refunds" write lines of billing',
    });
  });
});

describe('meet a redirect', () => {
  it.each([301, 302, 303, 307, 308])('a %i is an answer, and is not followed', async (status) => {
    const trap = await startSystem();
    const system = await startSystem((_, response) =>
      response.writeHead(status, { location: `${trap.url}/accounts/7` }).end(),
    );
    const connector = using(httpSystem({ baseUrl: system.url }));
    const answer = { kind: 'answered', status, body: null };
    expect(await connector.read(look)).toMatchObject(answer);
    expect(await connector.write(refund, asRefund)).toMatchObject(answer);
    expect([system.seen.length, trap.connections()]).toEqual([2, 0]);
  });
});

describe('rotate a credential', () => {
  const accepting = (known: string) =>
    startSystem(({ headers }, response) => {
      response.statusCode = headers.authorization === `Bearer ${known}` ? 200 : 401;
      response.end('{}');
    });
  const secrets = [SECRET, OLD_SECRET];

  it('the old one is used while the system does not know the new one, for writes too', async () => {
    const system = await accepting(OLD_SECRET);
    const connector = using(httpSystem({ baseUrl: system.url }, { secrets }));
    expect(await connector.read(look)).toMatchObject({ status: 200 });
    expect(await connector.write(refund, asRefund)).toMatchObject({ status: 200 });
    // The look has found out which one is taken: the write must not lose its moment to a refusal.
    const authorizations = system.seen.map(({ headers }) => headers.authorization);
    expect(authorizations).toEqual([SECRET, OLD_SECRET, OLD_SECRET].map((secret) => `Bearer ${secret}`));
  });

  it('the new one alone is used once the system knows it', async () => {
    const system = await accepting(SECRET);
    await using(httpSystem({ baseUrl: system.url }, { secrets })).read(look);
    expect(system.seen).toHaveLength(1);
  });

  it('each is tried once when the system knows neither', async () => {
    const system = await accepting('another');
    const answer = await using(httpSystem({ baseUrl: system.url }, { secrets })).write(refund, asRefund);
    expect(answer).toMatchObject({ kind: 'answered', status: 401 });
    expect(system.seen).toHaveLength(2);
  });

  it('is read for each call, so a new one is used at once', async () => {
    const system = await accepting('none');
    const values = ['first', 'second'];
    const connector = using(httpSystem({ baseUrl: system.url }, { secretOf: () => values.shift() ?? '' }));
    await connector.read(look);
    await connector.read(look);
    expect(system.seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });

  it('both are taken out of an answer, also where they are escaped', async () => {
    const odd = 'a/b+c==';
    const system = await startSystem((_, response) =>
      response.end(JSON.stringify({ note: [odd, OLD_SECRET, 'a%2Fb%2Bc%3D%3D'] })),
    );
    const answer = await using(httpSystem({ baseUrl: system.url }, { secrets: [odd, OLD_SECRET] })).read(
      look,
    );
    expect(answer).toMatchObject({ body: { note: ['[secret]', '[secret]', '[secret]'] } });
  });
});
