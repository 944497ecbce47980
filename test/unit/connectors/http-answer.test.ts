import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import { asRefund, httpSystem, look, refund } from '../../support/http-system.ts';
import { startLoopback } from '../../support/loopback.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0)) await end();
});

/** A system that answers each request with these bytes, then stays as it is. */
async function answering(head: string, body: string | Buffer, timeoutMs = 2_000): Promise<Connector> {
  const system = await startLoopback((socket) => {
    socket.on('data', () => {
      socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
      socket.write(body);
    });
  });
  const connector = httpSystem({ baseUrl: system.url, timeoutMs });
  ends.push(connector.close, system.close);
  return connector;
}

/** A whole answer, its length told. */
function whole(status: string, body: string | Buffer, ...headers: string[]): Promise<Connector> {
  return answering([status, `content-length: ${Buffer.byteLength(body)}`, ...headers].join('\r\n'), body);
}

const MIB = 1_048_576;
const text = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));

describe('read an answer', () => {
  it.each([
    ['an object', '{"a":[1,null,true,"ü"]}', { a: [1, null, true, 'ü'] }],
    ['an array', '[]', []],
    ['a key that is no prototype', '{"__proto__":{"a":1}}', JSON.parse('{"__proto__":{"a":1}}')],
    ['what a database can not hold', '"a\\u0000\\ud800b"', 'a\ufffd\ufffdb'],
    ['nothing', '', null],
  ])('%s is what it is', async (_, body, expected) => {
    expect(await (await whole('200 OK', body)).read(look)).toMatchObject({ status: 200, body: expected });
  });

  it.each([
    ['HTML', '<html>'],
    ['half an object', '{"a":1'],
    ['two values', '{}{}'],
    ['a comment', '{/**/}'],
    ['NaN', '{"a":NaN}'],
    ['a number beyond all numbers', '{"refundable":1e999}'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['compressed bytes', Buffer.from([0x1f, 0x8b, 8, 0, 0])],
    ['half a million brackets', '['.repeat(500_000)],
    ['a nest deeper than any record', '['.repeat(66) + ']'.repeat(66)],
    ['a nest that would break whoever walks it', '['.repeat(200_000) + ']'.repeat(200_000)],
  ])('%s shows a look nothing, and leaves a write done', async (_, body) => {
    const connector = await whole('200 OK', body);
    expect(await connector.read(look)).toEqual({
      kind: 'lost',
      why: "it answered 200 with a body that can't be read",
    });
    expect(await connector.write(refund, asRefund)).toMatchObject({
      kind: 'answered',
      status: 200,
      body: null,
    });
  });

  it('a 404 of HTML is a 404, to a look too', async () => {
    const connector = await whole('404 Not Found', '<html>');
    expect(await connector.read(look)).toMatchObject({ kind: 'answered', status: 404, body: null });
  });

  it('a MiB is read, a byte more is not', async () => {
    expect(await (await whole('200 OK', text(MIB))).read(look)).toMatchObject({
      kind: 'answered',
      status: 200,
    });
    const long = await whole('200 OK', text(MIB + 1));
    expect(await long.read(look)).toMatchObject({ kind: 'lost' });
    expect(await long.write(refund, asRefund)).toMatchObject({ kind: 'answered', status: 200, body: null });
  });

  it.each(['200 OK', '402 Payment Required', '500 Oops'])(
    'half an answer of %s still has its status for a write',
    async (status) => {
      const head = `${status}\r\ncontent-length: 100`;
      const answer = await (await answering(head, '{"id":', 300)).write(refund, asRefund);
      expect(answer).toMatchObject({ kind: 'answered', status: Number(status.slice(0, 3)), body: null });
    },
  );

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['half a head', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['only hints', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
    ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`],
    ['a head that tells two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
  ])('%s leaves a write lost', async (_, bytes) => {
    const system = await startLoopback((socket) => socket.on('data', () => socket.write(bytes)));
    const connector = httpSystem({ baseUrl: system.url, timeoutMs: 300 });
    ends.push(connector.close, system.close);
    expect(await connector.write(refund, asRefund)).toMatchObject({ kind: 'lost' });
  });
});

describe('be told to wait', () => {
  it.each([
    ['3', 3_000],
    ['0', 0],
    ['99999999999999999999', 86_400_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2027', 2_027_000],
    ['2027-01-01', undefined],
  ])('Retry-After: %s is %s ms', async (header, expected) => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z'), toFake: ['Date'] });
    const connector = await whole('429 Too Many Requests', '{}', `retry-after: ${header}`);
    expect(await connector.write(refund, asRefund)).toMatchObject({ status: 429, retryAfterMs: expected });
  });
});
