import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { formatTs } from '../../../src/demo/workspace/state.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { type ListeningApp, startListeningApp } from '../../support/listening-app.ts';
import { startTestWorkspace, testKeys } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';

let workspace: Workspace;
let as: (handle: string) => WorkspacePerson;
let app: ListeningApp;
let call: CallSlack;

beforeEach(async () => {
  app = await startListeningApp();
  ({ workspace, as } = await startTestWorkspace({ botUrl: app.url }));
  call = slackCaller(workspace.apiUrl);
});
afterEach(async () => {
  await workspace.stop();
  await app.stop();
});

const ops = 'C0AGENTOPS1';
const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } };
const card = { channel: ops, text: 'a card', blocks: [{ type: 'actions', elements: [button] }] };
const modal = { type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks: [{ type: 'divider' }] };

async function command(text: string) {
  await as('lea').say('#agent-ops', `/agent ${text}`);
  return (await app.next(({ payload }) => payload.text === text)).payload;
}

describe('a trigger', () => {
  it('is good once and for three seconds', async () => {
    const { trigger_id: trigger } = await command('once');
    expect((await call('views.open', { trigger_id: trigger, view: modal })).body).toMatchObject({ ok: true });
    expect((await call('views.open', { trigger_id: trigger, view: modal })).body.error).toBe(
      'exchanged_trigger_id',
    );
    const { trigger_id: late } = await command('late');
    await workspace.control('advance', { ms: 3_001 });
    expect((await call('views.open', { trigger_id: late, view: modal })).body.error).toBe(
      'expired_trigger_id',
    );
  });

  it('pushes two views onto the first and no third', async () => {
    for (const [text, method, error] of [
      ['one', 'views.open', undefined],
      ['two', 'views.push', undefined],
      ['three', 'views.push', undefined],
      ['four', 'views.push', 'push_limit_reached'],
    ] as const) {
      const { trigger_id: trigger } = await command(text);
      expect((await call(method, { trigger_id: trigger, view: modal })).body.error).toBe(error);
    }
    expect(await as('lea').modals()).toHaveLength(3);
  });
});

describe('a response_url', () => {
  const post = (url: unknown, body: object) =>
    fetch(String(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('is good five times', async () => {
    const { response_url: url } = await command('five');
    for (const text of ['1', '2', '3', '4', '5']) expect(await (await post(url, { text })).text()).toBe('ok');
    const sixth = await post(url, { text: '6' });
    expect(sixth.status).toBe(404);
    expect(await sixth.json()).toEqual({ ok: false, error: 'used_url' });
  });

  it('is good for thirty minutes', async () => {
    const { response_url: url } = await command('half an hour');
    await workspace.control('advance', { ms: 30 * 60_000 - 10_000 });
    expect((await post(url, { text: 'in time' })).status).toBe(200);
    await workspace.control('advance', { ms: 10_000 });
    expect(await (await post(url, { text: 'too late' })).json()).toEqual({ ok: false, error: 'expired_url' });
  });

  it('refuses bad blocks with 404', async () => {
    const { response_url: url } = await command('blocks');
    const refused = await post(url, { blocks: [{ type: 'nonsense' }] });
    expect(refused.status).toBe(404);
    expect(await refused.json()).toEqual({ ok: false, error: 'invalid_blocks' });
  });

  it('of an action replaces or deletes what was clicked, also when only one person sees it', async () => {
    const lea = as('lea');
    await call('chat.postEphemeral', { ...card, user: 'U0LEABRANDT' });
    await lea.click(await lea.message('#agent-ops', 'Go'), 'Go');
    const { payload } = await app.next(({ payload }) => payload.type === 'block_actions');
    await post(payload.response_url, { replace_original: true, text: 'done' });
    expect((await lea.messages('#agent-ops')).map(({ text }) => text)).toEqual(['done']);
    await post(payload.response_url, { delete_original: true });
    expect(await lea.messages('#agent-ops')).toEqual([]);
  });

  it('posts for the asker, or for all when told', async () => {
    const { response_url: url } = await command('both');
    await post(url, { text: 'for lea' });
    await post(url, { text: 'for all', response_type: 'in_channel' });
    expect((await as('lea').messages('#agent-ops')).map(({ text }) => text)).toEqual(['for lea', 'for all']);
    expect((await as('max').messages('#agent-ops')).map(({ text }) => text)).toEqual(['for all']);
  });
});

describe('a missed acknowledgement', () => {
  it('is told in the words of Slack, for a command, a button and a submission', {
    timeout: 20_000,
  }, async () => {
    app.answerWith(() => {});
    const lea = as('lea');
    const slow = lea.say('#agent-ops', '/agent slow');
    await call('chat.postMessage', card);
    const message = await lea.message('#agent-ops', 'Go');
    const clicked = lea.tryClick(message, 'Go');
    const { trigger_id: trigger } = (await app.next(({ payload }) => payload.text === 'slow')).payload;
    await call('views.open', {
      trigger_id: trigger,
      view: { ...modal, submit: { type: 'plain_text', text: 'S' } },
    });
    const submitted = lea.submitModal();
    expect(await slow).toEqual({ ok: false, problem: '/agent failed with the error "operation_timeout"' });
    const sentence = 'Operation timed out. Apps need to respond within three seconds.';
    expect(await clicked).toEqual({ ok: false, problem: sentence });
    expect((await lea.reread(message)).problem?.text).toBe(sentence);
    expect(await submitted).toMatchObject({
      ok: false,
      problem: 'We had some trouble connecting. Try again?',
    });
    expect((await lea.modal()).problem).toBe('We had some trouble connecting. Try again?');
  });

  it.each([
    [404, '/agent failed with the error "http_client_error"'],
    [500, '/agent failed with the error "http_service_error"'],
  ])('with status %i has its own error', async (status, problem) => {
    app.answerWith((_, response) => response.writeHead(status).end());
    expect(await as('lea').say('#agent-ops', '/agent x')).toEqual({ ok: false, problem });
  });

  it('of an app that is down is a dispatch that failed', async () => {
    workspace.setBotUrl('http://127.0.0.1:9');
    expect(await as('lea').say('#agent-ops', '/agent x')).toEqual({
      ok: false,
      problem: '/agent failed with the error "dispatch_failed"',
    });
  });
});

describe('a person', () => {
  it('cannot run a command in a thread, nor one that no app has', async () => {
    const lea = as('lea');
    expect(await lea.say('#agent-ops', '/agent status', '1.0')).toEqual({
      ok: false,
      problem: '/agent is not supported in threads. Sorry!',
    });
    expect(await lea.say('#agent-ops', '/agnet status')).toMatchObject({
      ok: false,
      problem: expect.stringContaining('is not a valid command'),
    });
  });

  it('sees nothing of a channel that is not theirs', async () => {
    await call('chat.postMessage', { channel: 'C0WARELARGE', text: 'secret' });
    await expect(as('lea').messages('#warehouse-large')).rejects.toThrow('sees no conversation');
    expect(
      await (await fetch(`${workspace.url}/ui/messages?as=lea&channel=C0WARELARGE`)).json(),
    ).toMatchObject({ messages: [] });
  });

  it('who left can do nothing', async () => {
    expect(await as('dee').say('#refund-approvals', 'hello')).toEqual({
      ok: false,
      problem: 'Your account has been deactivated.',
    });
  });
});

describe('the rate limit', () => {
  it('of posting is one a second and channel after a short burst, with Retry-After', async () => {
    const post = (channel: string) => call('chat.postMessage', { channel, text: 'a' });
    const answers = [await post(ops), await post(ops), await post(ops), await post(ops)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]?.body).toEqual({ ok: false, error: 'ratelimited' });
    expect(answers[3]?.headers.get('retry-after')).toBe('1');
    expect((await post('C0REFUNDAPP')).status).toBe(200);
    await workspace.control('advance', { ms: 1_000 });
    expect((await post(ops)).status).toBe(200);
  });

  it('of tier 1 lets an app open its ten connections at once', async () => {
    const open = () => call('apps.connections.open', {}, { token: testKeys.appToken });
    for (let count = 0; count < 10; count += 1) expect((await open()).status).toBe(200);
    const refused = await open();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  });

  it('of a tier 2 method is twenty a minute', async () => {
    for (let count = 0; count < 20; count += 1) expect((await call('users.list')).status).toBe(200);
    expect((await call('users.list')).status).toBe(429);
  });
});

describe('a fault', () => {
  const texts = async () => (await as('lea').messages('#agent-ops')).map(({ text }) => text);
  const post = () => call('chat.postMessage', { channel: ops, text: 'a' });
  const fault = (kind: string, more: object = {}) =>
    workspace.control('fault', { kind, method: 'chat.postMessage', times: 1, ...more });

  it('before the commit leaves nothing, after it leaves the message', async () => {
    await fault('error_before');
    expect((await post()).status).toBe(500);
    expect(await texts()).toEqual([]);
    await fault('error_after');
    expect((await post()).status).toBe(500);
    expect(await texts()).toEqual(['a']);
    expect((await post()).status).toBe(200);
  });

  it('drops the connection, before or after', async () => {
    await fault('drop_before');
    await expect(post()).rejects.toThrow();
    await fault('drop_after');
    await expect(post()).rejects.toThrow();
    expect(await texts()).toEqual(['a']);
  });

  it('strikes its own method and channel only', async () => {
    await fault('rate_limited', { channel: 'C0REFUNDAPP', retryAfter: 7 });
    expect((await post()).status).toBe(200);
    const { status, headers } = await call('chat.postMessage', { channel: 'C0REFUNDAPP', text: 'a' });
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
    await fault('refuse', { error: 'invalid_auth' });
    expect((await post()).body.error).toBe('invalid_auth');
  });

  it('delivers twice, with a wrong signature, or with a time that is off', async () => {
    const sent = (kind: string) => workspace.control('fault', { kind, method: '/agent', times: 1 });
    await sent('duplicate');
    await command('twice');
    await app.next(() => app.heard.filter(({ payload }) => payload.text === 'twice').length === 2);
    await sent('future_timestamp');
    await command('ahead');
    const ahead = app.heard.find(({ payload }) => payload.text === 'ahead');
    expect(Number(ahead?.headers['x-slack-request-timestamp'])).toBeGreaterThan(Date.now() / 1000 + 3_000);
    await sent('bad_signature');
    await command('forged');
    expect(app.heard.find(({ payload }) => payload.text === 'forged')?.headers['x-slack-signature']).toMatch(
      /^v0=/,
    );
  });

  it('lets one request overtake another', async () => {
    await workspace.control('fault', { kind: 'hold', method: '/agent', times: 1 });
    const first = as('lea').say('#agent-ops', '/agent first');
    await vi.waitFor(async () => expect(await workspace.control('inspect')).toMatchObject({ faults: [] }));
    await as('max').say('#agent-ops', '/agent second');
    expect(await first).toMatchObject({ ok: true });
    expect(app.heard.map(({ payload }) => payload.text)).toEqual(['second', 'first']);
  });

  it('breaks off in the middle of a body', async () => {
    await workspace.control('fault', { kind: 'truncated_body', method: '/agent', times: 1 });
    expect(await as('lea').say('#agent-ops', '/agent half')).toMatchObject({ ok: false });
    expect(app.heard).toEqual([]);
  });

  it('that nobody knows is refused with what there is', async () => {
    await expect(workspace.control('fault', { kind: 'earthquake' })).rejects.toThrow('rate_limited');
    await expect(workspace.control('explode')).rejects.toThrow('advance');
  });
});

describe('the clock', () => {
  it('moves the times of messages', async () => {
    const { now } = (await workspace.control('advance', { ms: 86_400_000 })) as { now: number };
    const { body } = await call('chat.postMessage', { channel: ops, text: 'tomorrow' });
    expect(Number(body.ts)).toBeGreaterThanOrEqual(Number(formatTs(now * 1000)));
  });
});
