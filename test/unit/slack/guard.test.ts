import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../src/slack/guard.ts';
import { type SignedOptions, signedForm } from '../../support/signed-request.ts';
import { testKeys } from '../../support/start-test-workspace.ts';

const NOW = 1_790_000_000;
const now = () => NOW * 1_000;

function guarded(secrets: readonly string[] = [testKeys.signingSecret], most?: number) {
  const guard = createGuard({ secrets, now, ...(most ? { most } : {}) });
  return (options: SignedOptions = {}, fields: Record<string, string> = { command: '/agent' }) => {
    const { headers, body } = signedForm(fields, { timestamp: NOW, ...options });
    return guard.check(headers, Buffer.from(body));
  };
}

describe('guarding Slack’s door', () => {
  it('lets pass what is signed, now', () => {
    expect(guarded()()).toEqual({ outcome: 'pass' });
  });

  it.each([
    ['a minute and a second ahead', { timestamp: NOW + 61 }],
    ['tomorrow', { timestamp: NOW + 86_400 }],
    ['five minutes and a second old', { timestamp: NOW - 301 }],
    ['signed with another secret', { secret: 'another' }],
  ])('refuses what is %s', (_, options) => {
    expect(guarded()(options)).toMatchObject({ outcome: 'refused', status: 401 });
  });

  it.each([NOW + 60, NOW - 299])('takes a clock that is a little off', (timestamp) => {
    expect(guarded()({ timestamp })).toEqual({ outcome: 'pass' });
  });

  it('agrees with the vector that Slack publishes', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    const guard = createGuard({
      secrets: ['8f742231b10e8888abcd99yyyzzz85a5'],
      now: () => 1_531_420_618_000,
    });
    expect(guard.check(headers, Buffer.from(body))).toEqual({ outcome: 'pass' });
  });

  it('does a repeated request once, also if somebody wrote more behind its signature', () => {
    const guard = createGuard({ secrets: [testKeys.signingSecret], now });
    const { headers, body } = signedForm({ command: '/agent' }, { timestamp: NOW });
    const bytes = Buffer.from(body);
    expect(guard.check(headers, bytes)).toEqual({ outcome: 'pass' });
    expect(guard.check(headers, bytes)).toEqual({ outcome: 'repeated' });
    const longer = { ...headers, 'x-slack-signature': `${headers['x-slack-signature']}=x` };
    expect(guard.check(longer, bytes)).toMatchObject({ outcome: 'refused' });
  });

  it('forgets nothing that is signed because of what is not', () => {
    const check = guarded([testKeys.signingSecret], 3);
    expect(check({}, { n: 'first' })).toEqual({ outcome: 'pass' });
    for (let n = 0; n < 10; n += 1) check({ secret: 'nobody' }, { n: String(n) });
    expect(check({}, { n: 'first' })).toEqual({ outcome: 'repeated' });
  });

  it('keeps its memory bounded', () => {
    const check = guarded([testKeys.signingSecret], 3);
    for (const n of ['1', '2', '3', '4']) expect(check({}, { n })).toEqual({ outcome: 'pass' });
    expect(check({}, { n: '4' })).toEqual({ outcome: 'repeated' });
    expect(check({}, { n: '1' })).toEqual({ outcome: 'pass' });
  });

  it('takes the old secret and the new one while it is rotated', () => {
    const check = guarded(['new secret', 'old secret']);
    expect(check({ secret: 'new secret' }, { n: '1' })).toEqual({ outcome: 'pass' });
    expect(check({ secret: 'old secret' }, { n: '2' })).toEqual({ outcome: 'pass' });
    expect(check({ secret: testKeys.signingSecret }, { n: '3' })).toMatchObject({ outcome: 'refused' });
  });

  it('answers an ssl_check and does nothing for it, whatever else it carries', () => {
    const unsigned = { 'content-type': 'application/x-www-form-urlencoded' };
    const guard = createGuard({ secrets: ['x'], now });
    expect(guard.check(unsigned, Buffer.from('ssl_check=1&payload={}'))).toEqual({ outcome: 'ssl_check' });
    expect(guard.check(unsigned, Buffer.from('payload={}'))).toMatchObject({
      outcome: 'refused',
      status: 401,
    });
  });

  it.each(['text/plain', 'multipart/form-data', ''])('refuses the content type "%s"', (contentType) => {
    expect(guarded()({ contentType })).toMatchObject({ outcome: 'refused', status: 415 });
  });

  it('takes a content type with its charset', () => {
    const contentType = 'application/x-www-form-urlencoded; charset=utf-8';
    expect(guarded()({ contentType })).toEqual({ outcome: 'pass' });
  });

  it.each([[[]], [['']], [['good', ' ']]])('does not begin without secrets (%j)', (secrets) => {
    expect(() => createGuard({ secrets })).toThrow('SLACK_SIGNING_SECRET is empty');
  });
});
