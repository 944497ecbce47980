import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_KEY, type Asking, ask, type Reply, refund } from '../../support/door.ts';
import { type DoorWorld, openDoorWorld } from '../../support/door-world.ts';
import { MANY_AGENTS_ENV } from '../../support/many-agents.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

const post = (asking: Asking = {}, query = '') =>
  ask(world.door, `/v1/proposals${query}`, { method: 'POST', body: refund(), ...asking });
const key = (name: string) => MANY_AGENTS_ENV[name] ?? '';
const slug = (reply: Reply) => [reply.status, reply.body.type];

describe('proving who proposes', () => {
  it.each([
    ['no key', null, {}],
    ['a wrong key', 'whsec_bm90LWEta2V5LW9mLWFueWJvZHktYXQtYWxsLTAwMDA', {}],
    ['another scheme', null, { authorization: `Basic ${AGENT_KEY}` }],
    ['half a signature', null, { 'webhook-signature': 'v1,AAAA' }],
  ])('answers a bare 401 to %s', async (_, given, headers: Record<string, string>) => {
    const reply = await world.storesNothing(() => post({ key: given, headers }));
    expect(slug(reply)).toEqual([401, '/problems/unproved']);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  });

  it('answers 403 with what the agent may do', async () => {
    const reply = await world.storesNothing(() => post({ key: key('IDLE_AGENT_KEY') }));
    expect(slug(reply)).toEqual([403, '/problems/not-allowed']);
    expect(reply.body).toMatchObject({ may: [], detail: 'idle-agent may propose nothing.' });
  });

  it('answers 403 from elsewhere, whatever the caller says of itself', async () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.7' };
    const asking = { method: 'POST', body: refund(), key: key('SLOW_AGENT_KEY') };
    const reply = await ask(world.door, '/v1/proposals', { ...asking, headers: forwarded });
    expect(slug(reply)).toEqual([403, '/problems/address-not-allowed']);
    expect(reply.body.detail).toContain('may not call from 127.0.0.1');
    const lied = await ask(world.proxied, '/v1/proposals', {
      ...asking,
      headers: { 'x-forwarded-for': '192.0.2.7, 198.51.100.1' },
    });
    expect(slug(lied)).toEqual([403, '/problems/address-not-allowed']);
    const hidden = await ask(world.proxied, '/v1/proposals', {
      ...asking,
      headers: { 'x-forwarded-for': 'unknown' },
    });
    expect(slug(hidden)).toEqual([403, '/problems/address-not-allowed']);
  });

  it('believes a proxy that is trusted', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.1, 192.0.2.7' };
    const reply = await ask(world.proxied, '/v1/proposals?dry_run=true', {
      method: 'POST',
      body: refund(),
      key: key('SLOW_AGENT_KEY'),
      headers,
    });
    expect(reply.status).toBe(200);
  });
});

describe('refusing what is not well-formed', () => {
  it.each([
    ['no JSON', '{', [400, '/problems/not-json']],
    ['nothing', '', [400, '/problems/not-json']],
    ['a list', '[]', [400, '/problems/not-json']],
    ['a key twice', '{"action":"a","action":"b"}', [400, '/problems/not-json']],
    ['an action that there is not', refund({ action: 'billing.refnd' }), [404, '/problems/no-such-action']],
    ['a field that there is not', { ...refund(), raeson: 'x' }, [422, '/problems/invalid-input']],
    ['input that breaks the schema', refund({ amount: '12.5' }), [422, '/problems/invalid-input']],
  ])('answers %s', async (_, body, expected) => {
    expect(slug(await world.storesNothing(() => post({ body })))).toEqual(expected);
  });

  it('names the nearest action, field and what is wrong where', async () => {
    expect((await post({ body: refund({ action: 'billing.refnd' }) })).body).toMatchObject({
      nearest: 'billing.refund',
    });
    const { body } = await post({
      body: { ...refund(), raeson: 'x', evidence: [{ title: 't', url: 'javascript:alert(1)' }] },
    });
    expect(body.errors).toEqual([
      { pointer: '/evidence/0/url', detail: 'must be an http or https address' },
      { pointer: '/raeson', detail: '"raeson" is not a field of a proposal; did you mean "reason"?' },
    ]);
    const input = { account: '4471', invoic: 'inv_9', 'a/b': 1, amount: '12.00' };
    const misspelt = await post({ body: { ...refund(), input } });
    expect(misspelt.body.errors).toEqual([
      { pointer: '/input', detail: '"invoice" is missing' },
      { pointer: '/input/invoic', detail: '"invoic" is not a field of this action; did you mean "invoice"?' },
      { pointer: '/input/a~1b', detail: '"a/b" is not a field of this action' },
    ]);
    expect(misspelt.body.detail).toContain('/input: "invoice" is missing; /input/invoic: ');
    const schema = await post({ body: refund({ amount: '12.5' }) });
    expect(schema.body.errors).toMatchObject([{ pointer: '/input/amount' }]);
  });

  it.each([
    ['reason', refund({ reason: 'é'.repeat(10_000) }), refund({ reason: 'é'.repeat(10_000 + 1) })],
    ['evidence', refund({ evidence: evidence(10) }), refund({ evidence: evidence(10 + 1) })],
    ['metadata', refund({ metadata: metadata(16) }), refund({ metadata: metadata(16 + 1) })],
    [
      'metadata',
      refund({ metadata: { a: 'x'.repeat(256) } }),
      refund({ metadata: { a: 'x'.repeat(256 + 1) } }),
    ],
  ])('takes a %s at its limit and refuses one beyond', async (_, most, more) => {
    expect((await post({ body: most })).status).toBe(202);
    expect((await post({ body: more })).status).toBe(422);
  });

  it('takes a body of 64 KiB and answers 413 to a byte more, however it comes', async () => {
    const text = JSON.stringify(refund());
    const padded = (size: number) => `${text.slice(0, -1)}${' '.repeat(size - text.length)}}`;
    expect((await post({ body: padded(65_536) })).status).toBe(202);
    const more = padded(65_536 + 1);
    expect(slug(await world.storesNothing(() => post({ body: more })))).toEqual([
      413,
      '/problems/body-too-large',
    ]);
    expect(slug(await world.storesNothing(() => post({ body: ' '.repeat(20_000_000) })))).toEqual([
      413,
      '/problems/body-too-large',
    ]);
    expect(await chunked(more)).toBe(413);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', ''])(
    'answers 415 to %j',
    async (type) => {
      const reply = await world.storesNothing(() => post({ headers: { 'content-type': type } }));
      expect(slug(reply)).toEqual([415, '/problems/not-json-type']);
    },
  );

  it.each(['?dry_run=yes', '?wait=61', '?dry_run=true&dry_run=true', '?dryrun=true'])(
    'answers 400 to %s',
    async (query) => {
      expect(slug(await world.storesNothing(() => post({}, query)))).toEqual([400, '/problems/bad-request']);
    },
  );
});

function evidence(count: number) {
  return Array.from({ length: count }, (_, index) => ({ title: `T${index}`, url: 'https://acme.test/t' }));
}

function metadata(count: number) {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
}

/** Without a content-length, so that the size shows only while it is read. */
async function chunked(text: string): Promise<number> {
  const response = await fetch(`${world.door.url}/v1/proposals`, {
    method: 'POST',
    headers: { authorization: `Bearer ${AGENT_KEY}`, 'content-type': 'application/json' },
    body: new Blob([text]).stream(),
    duplex: 'half',
  } as RequestInit);
  return response.status;
}
