import { verifyCallback } from 'countersign/client';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signingBytes } from '../../../src/domain/agent-key.ts';
import { signWebhook } from '../../../src/domain/standard-webhook.ts';

const KEY = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
const NOW = new Date('2026-11-23T14:00:00Z');
const timestamp = String(NOW.getTime() / 1_000);
const BODY = '{"type":"proposal.executed","timestamp":"2026-11-23T14:00:00Z","data":{"id":"prop_1"}}';

function signed(key: string, body: string | Uint8Array, id = 'evt_1', at = timestamp) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const signature = signWebhook(signingBytes(key) ?? Buffer.alloc(0), { id, timestamp: at, body: bytes });
  return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature };
}

const verify = (headers: Record<string, string>, body: string | Uint8Array = BODY, keys = [KEY]) =>
  verifyCallback(keys, headers, body, { now: NOW.getTime() });

describe('verifyCallback', () => {
  it('reads what we sign, as the reference library does', async () => {
    expect(await verify(signed(KEY, BODY))).toMatchObject({ id: 'evt_1', type: 'proposal.executed' });
    const now = Math.floor(Date.now() / 1_000).toString();
    expect(new Webhook(KEY).verify(BODY, signed(KEY, BODY, 'evt_1', now))).toMatchObject({ data: {} });
  });

  it('reads what the reference library signs', async () => {
    const signature = new Webhook(KEY).sign('evt_2', NOW, BODY);
    const headers = { 'webhook-id': 'evt_2', 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    expect((await verify(headers)).id).toBe('evt_2');
    expect(signature).toBe(signed(KEY, BODY, 'evt_2')['webhook-signature']);
  });

  it('agrees with it on any text and key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.uint8Array({ minLength: 24, maxLength: 64 }), async (json, bytes) => {
        const key = `whsec_${Buffer.from(bytes).toString('base64')}`;
        const body = JSON.stringify({ type: 'x', data: JSON.parse(json) });
        const ours = signed(key, body)['webhook-signature'];
        expect(new Webhook(key).sign('evt_1', NOW, body)).toBe(ours);
        expect((await verify(signed(key, body), body, [key])).type).toBe('x');
      }),
      { numRuns: 200 },
    );
  });

  it('takes one of several signatures and of several keys, while a key is rotated', async () => {
    const both = `${signed(OTHER, BODY)['webhook-signature']} ${signed(KEY, BODY)['webhook-signature']}`;
    expect((await verify({ ...signed(KEY, BODY), 'webhook-signature': both })).id).toBe('evt_1');
    expect((await verify(signed(OTHER, BODY), BODY, [KEY, OTHER])).id).toBe('evt_1');
    expect((await verify(signed('a-plain-key', BODY), BODY, ['a-plain-key'])).id).toBe('evt_1');
  });

  it('is read from a Headers object too', async () => {
    const headers = new Headers(signed(KEY, BODY));
    expect((await verifyCallback(KEY, headers, BODY, { now: NOW.getTime() })).id).toBe('evt_1');
  });

  it.each([
    ['another body', signed(KEY, BODY), `${BODY} `],
    ['another key', signed(OTHER, BODY), BODY],
    ['another id', { ...signed(KEY, BODY), 'webhook-id': 'evt_2' }, BODY],
    ['an id with a full stop', signed(KEY, BODY, 'evt.1'), BODY],
    ['no signature', { ...signed(KEY, BODY), 'webhook-signature': '' }, BODY],
    ['a signature of another version', { ...signed(KEY, BODY), 'webhook-signature': 'v1a,AAAA' }, BODY],
    ['a signature that is no base64', { ...signed(KEY, BODY), 'webhook-signature': 'v1,%%%' }, BODY],
    ['an old time', signed(KEY, BODY, 'evt_1', String(Number(timestamp) - 301)), BODY],
    ['a time to come', signed(KEY, BODY, 'evt_1', String(Number(timestamp) + 301)), BODY],
    ['no time', { ...signed(KEY, BODY), 'webhook-timestamp': '' }, BODY],
    ['bytes that are no UTF-8', signed(KEY, Buffer.from([0xff, 0xfe])), Buffer.from([0xff, 0xfe])],
  ])('refuses %s', async (_, headers, body) => {
    await expect(verify(headers, body)).rejects.toThrow();
  });

  it('tells bodies apart that the reference library takes for one: bytes that are no UTF-8', async () => {
    const [one, two] = [Buffer.from('{"a":"\xff"}', 'latin1'), Buffer.from('{"a":"\xfe"}', 'latin1')];
    const headers = signed(KEY, one);
    await expect(verify(headers, two)).rejects.toThrow('not signed with this key');
  });
});
