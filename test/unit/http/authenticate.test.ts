import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Agent, Manifests } from '../../../src/domain/manifest.ts';
import { readAgentKeys } from '../../../src/http/agent-keys.ts';
import { proveBearer, proveSignature } from '../../../src/http/authenticate.ts';
import { TEST_ENV, testManifests } from '../../support/context.ts';

const SECRETS: Record<string, string> = {
  OLD: 'whsec_b2xkLWtleS1vZi10aGUtcmVmdW5kLWFnZW50LTAwMDA',
  NEW: 'whsec_bmV3LWtleS1vZi10aGUtcmVmdW5kLWFnZW50LTAwMDA=',
  PLAIN: 'a-plain-key-of-thirty-two-letters',
};

const base = testManifests();
function manifestsWith(keys: Record<string, string[]>): Manifests {
  const [refunds] = Object.values(base.agents);
  if (!refunds) throw new Error('no agent');
  const agents = Object.entries(keys).map(([id, names]): [string, Agent] => [
    id,
    { ...refunds, id, keys: names.map((env) => ({ env })) },
  ]);
  return { ...base, agents: Object.fromEntries(agents) };
}
const secretOf = (ref: object) => ('env' in ref ? (SECRETS[String(ref.env)] ?? '') : '');
const keys = readAgentKeys(manifestsWith({ rotating: ['NEW', 'OLD'], plain: ['PLAIN'] }), secretOf);

const now = new Date('2026-11-23T12:00:00Z');
const time = Math.floor(now.getTime() / 1_000);
const body = Buffer.from('{"action":"billing.refund","reason":"Überzahlt"}');

function sign(secret: string, changes: Record<string, string> = {}, signed: Uint8Array = body) {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const id = changes['webhook-id'] ?? 'msg_1';
  const at = changes['webhook-timestamp'] ?? String(time);
  const mac = createHmac('sha256', key).update(`${id}.${at}.`).update(signed).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': `v1,${mac}`,
    'countersign-agent': 'rotating',
    ...changes,
  };
}
const proved = (headers: Record<string, string>, sent: Uint8Array = body) =>
  proveSignature(keys, headers, sent, now)?.agent.id;

describe('proving a bearer key', () => {
  it.each([
    ['the new key', `Bearer ${SECRETS.NEW}`, 'rotating'],
    ['the old key while it is rotated', `Bearer ${SECRETS.OLD}`, 'rotating'],
    ["another agent's key", `Bearer ${SECRETS.PLAIN}`, 'plain'],
    ['the scheme in other letters', `bearer ${SECRETS.PLAIN}`, 'plain'],
    ['no key', 'Bearer ', undefined],
    ['nothing', '', undefined],
    ['the empty scheme', 'Bearer', undefined],
    ['another scheme', `Basic ${SECRETS.PLAIN}`, undefined],
    ['the key alone', SECRETS.PLAIN ?? '', undefined],
    ['a shorter key', `Bearer ${SECRETS.PLAIN?.slice(0, -1)}`, undefined],
    ['a longer key', `Bearer ${SECRETS.PLAIN}x`, undefined],
    ['the key in other letters', `Bearer ${SECRETS.PLAIN?.toUpperCase()}`, undefined],
    ['two keys', `Bearer ${SECRETS.PLAIN} ${SECRETS.NEW}`, undefined],
    ['the decoded key', 'Bearer new-key-of-the-refund-agent-0000', undefined],
    ['a whole line more', `Bearer ${SECRETS.PLAIN}\n`, undefined],
  ])('takes %s as whom it belongs to', (_, header, agent) => {
    expect(proveBearer(keys, header)?.agent.id).toBe(agent);
  });
});

describe('proving a signature', () => {
  it.each([
    ['the new key', 'rotating', SECRETS.NEW],
    ['the old key', 'rotating', SECRETS.OLD],
    ['a key without the prefix by its letters', 'plain', SECRETS.PLAIN],
  ])('takes one made with %s', (_, agent, secret = '') => {
    expect(proved(sign(secret, { 'countersign-agent': agent }))).toBe(agent);
  });

  it('takes one of several signatures in a header', () => {
    const { 'webhook-signature': right, ...rest } = sign(SECRETS.NEW ?? '');
    expect(proved({ ...rest, 'webhook-signature': `v1,AAAA v2,BBBB ${right}` })).toBe('rotating');
  });

  it('takes what the reference library signs', () => {
    const signature = new Webhook(SECRETS.NEW ?? '').sign('msg_1', now, body.toString('utf8'));
    const headers = sign(SECRETS.NEW ?? '');
    expect(proved({ ...headers, 'webhook-signature': signature })).toBe('rotating');
  });

  it.each([-300, 0, 300])('takes a time %i s off', (off) => {
    expect(proved(sign(SECRETS.NEW ?? '', { 'webhook-timestamp': String(time + off) }))).toBe('rotating');
  });

  it('sees two bodies that a lenient reader takes for one', () => {
    const [one, other] = [Buffer.from([0x22, 0xff, 0x22]), Buffer.from([0x22, 0xfe, 0x22])];
    expect(one.toString('utf8')).toBe(other.toString('utf8'));
    const headers = sign(SECRETS.NEW ?? '', {}, one);
    expect([proved(headers, one), proved(headers, other)]).toEqual(['rotating', undefined]);
  });

  const right = sign(SECRETS.NEW ?? '')['webhook-signature'];
  const flipped = right.replace(/.{5}$/, (end) => (end[0] === 'A' ? 'B' : 'A') + end.slice(1));
  it.each([
    ['no signature', { 'webhook-signature': '' }],
    ['an empty signature', { 'webhook-signature': 'v1,' }],
    ['no version', { 'webhook-signature': right.slice(3) }],
    ['another version', { 'webhook-signature': right.replace('v1', 'v2') }],
    ['the version in other letters', { 'webhook-signature': right.replace('v1', 'V1') }],
    ['a changed letter', { 'webhook-signature': flipped }],
    ['a letter less', { 'webhook-signature': right.slice(0, -1) }],
    ['no padding', { 'webhook-signature': right.replace(/=+$/, '') }],
    ['base64url', { 'webhook-signature': `${right.replaceAll('+', '-').replaceAll('/', '_')}=` }],
    ['a blank in it', { 'webhook-signature': `${right.slice(0, 10)} ${right.slice(10)}` }],
    ['a line break after it', { 'webhook-signature': `${right}\n` }],
    ['commas between several', { 'webhook-signature': `${right},${right}` }],
    ['nine signatures', { 'webhook-signature': Array(9).fill(right).join(' ') }],
    ['another id', { 'webhook-id': 'msg_2', 'webhook-signature': right }],
    ['no id', { 'webhook-id': '', 'webhook-signature': right }],
    ['another time', { 'webhook-timestamp': String(time + 1), 'webhook-signature': right }],
    ['no time', { 'webhook-timestamp': '', 'webhook-signature': right }],
    ['another agent', { 'countersign-agent': 'plain' }],
    ['an agent that is not known', { 'countersign-agent': 'nobody' }],
    ['no agent', { 'countersign-agent': '' }],
    ['the agent in other letters', { 'countersign-agent': 'Rotating' }],
  ])('refuses %s', (_, changes) => {
    expect(proved({ ...sign(SECRETS.NEW ?? ''), ...changes })).toBeUndefined();
  });

  it.each([
    ['301 s old', String(time - 301)],
    ['301 s ahead', String(time + 301)],
    ['in milliseconds', String(now.getTime())],
    ['with a fraction', `${time}.0`],
    ['with a sign', `+${time}`],
    ['with a zero before it', `0${time}`],
    ['in hexadecimal', `0x${time.toString(16)}`],
    ['with an exponent', `${time}e0`],
    ['as a date', now.toISOString()],
    ['before all time', `-${time}`],
  ])('refuses a time %s, rightly signed', (_, at) => {
    expect(proved(sign(SECRETS.NEW ?? '', { 'webhook-timestamp': at }))).toBeUndefined();
  });

  it.each([
    ['a full stop in it, which would let two requests share a signature', 'msg.1'],
    ['a blank in it', 'msg 1'],
    ['256 characters', 'm'.repeat(256)],
    ['more than ASCII', 'msg_é'],
  ])('refuses an id with %s, rightly signed', (_, id) => {
    expect(proved(sign(SECRETS.NEW ?? '', { 'webhook-id': id }))).toBeUndefined();
  });

  it('takes an id of 255 characters', () => {
    expect(proved(sign(SECRETS.NEW ?? '', { 'webhook-id': 'm'.repeat(255) }))).toBe('rotating');
  });

  it.each([
    ['a byte more', Buffer.concat([body, Buffer.from('\n')])],
    ['a byte less', body.subarray(0, -1)],
    ['no body', Buffer.alloc(0)],
    ['another body', Buffer.from('{}')],
  ])('refuses %s', (_, sent) => {
    expect(proved(sign(SECRETS.NEW ?? ''), sent)).toBeUndefined();
  });

  it('does not take the text of a key with a prefix for its secret', () => {
    const mac = createHmac('sha256', SECRETS.NEW ?? '')
      .update(`msg_1.${time}.`)
      .update(body)
      .digest('base64');
    expect(proved({ ...sign(SECRETS.NEW ?? ''), 'webhook-signature': `v1,${mac}` })).toBeUndefined();
  });
});

describe("reading agents' keys", () => {
  it('does not start with one key for two agents', () => {
    expect(() => readAgentKeys(manifestsWith({ one: ['NEW'], two: ['OLD', 'NEW'] }), secretOf)).toThrow(
      'the agents one and two have the same key',
    );
  });

  it.each(['whsec_', 'whsec_not base64!', 'whsec_abc_def-', 'whsec_a'])(
    'does not start with the key %j',
    (key) => {
      const read = () => readAgentKeys(base, () => key);
      expect(read).toThrow('begins with whsec_ but no base64 follows');
    },
  );

  it('never says a key', () => {
    let said = '';
    try {
      readAgentKeys(base, () => 'whsec_hunter2!');
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain('refund-agent');
    expect(said).not.toContain('hunter2');
  });

  it("takes the project's own", () => {
    const keys = readAgentKeys(base, (ref) => ('env' in ref && TEST_ENV[ref.env]) || '');
    expect(keys.map(({ agent }) => agent.id)).toEqual(['refund-agent', 'warehouse-agent']);
  });
});
