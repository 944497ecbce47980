import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { changedManifest } from '../../support/changed-manifest.ts';
import { startListeningApp } from '../../support/listening-app.ts';
import { startTestWorkspace, testKeys } from '../../support/start-test-workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  ({ workspace } = await startTestWorkspace());
});
afterAll(() => workspace.stop());

function statusFor(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
  body = '',
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${workspace.url}${path}`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe("the workspace's port", () => {
  const json = { 'content-type': 'application/json' };
  const say = JSON.stringify({ act: 'say', as: 'lea', channel: 'C0AGENTOPS1', text: 'hi' });

  it('is closed to other host names and other origins', async () => {
    expect(await statusFor('/ui/workspace', { host: 'evil.example' })).toBe(421);
    expect(await statusFor('/ui/act', { ...json, origin: 'https://evil.example' }, 'POST', say)).toBe(403);
    expect(await statusFor('/ui/act', { 'content-type': 'text/plain' }, 'POST', say)).toBe(415);
    expect(
      await statusFor('/__control/inspect', { ...json, origin: 'https://evil.example' }, 'POST', '{}'),
    ).toBe(403);
    expect(await statusFor('/ui/act', { ...json, origin: workspace.url }, 'POST', say)).toBe(200);
  });

  it('answers what it cannot read with a status, and goes on', async () => {
    expect(await statusFor('//', {})).toBe(400);
    expect(await statusFor('/%', {})).toBe(404);
    expect(await statusFor('/page/..%2Fstate.ts', {})).toBe(404);
    expect(await statusFor('/ui/nothing', {})).toBe(404);
    expect(await statusFor('/ui/act', json, 'POST', '{')).toBe(400);
    expect(await statusFor('/ui/act', json, 'POST', '{"act":"fly"}')).toBe(400);
    expect(await statusFor('/', {})).toBe(200);
    const call = (body: string) => post('/api/auth.test', body);
    expect([await call('{'), await call('[]')]).toEqual(['invalid_json', 'json_not_object']);
  });

  async function post(path: string, body: string): Promise<string> {
    const answer = await fetch(`${workspace.url}${path}`, { method: 'POST', headers: json, body });
    return ((await answer.json()) as { error: string }).error;
  }

  it('leads from a permalink to its channel', async () => {
    const link = await fetch(`${workspace.url}/archives/C0AGENTOPS1/p1795775396865000`, {
      redirect: 'manual',
    });
    expect([link.status, link.headers.get('location')]).toEqual([302, '/?at=C0AGENTOPS1']);
    expect(await statusFor('/archives/..%2F', {})).toBe(404);
  });

  it('serves the page with a policy that lets nothing else in', async () => {
    const response = await fetch(`${workspace.url}/`);
    expect(await response.text()).toContain('importmap');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const script = await fetch(`${workspace.url}/page/main.ts`);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(await script.text()).not.toContain('import type');
  });
});

describe('installing the app', () => {
  const redirect = 'https://countersign.example.com/slack/oauth_redirect';
  const clientId = '1111111111.2222222222';
  const own = { client_id: clientId, client_secret: 'local-client-secret' };
  const noToken = { token: undefined };
  let other: Workspace;
  let call: CallSlack;

  async function open(rotates: boolean): Promise<void> {
    const manifest = changedManifest(({ oauth_config, settings }) => {
      oauth_config.redirect_urls = [redirect];
      settings.token_rotation_enabled = rotates;
    });
    ({ workspace: other } = await startTestWorkspace({ clientId, manifest: manifest.path }));
    manifest.remove();
    call = slackCaller(other.apiUrl);
  }
  afterEach(() => other.stop());

  const authorize = (to = redirect) =>
    `${other.url}/oauth/v2/authorize?client_id=${clientId}&state=s1&redirect_uri=${encodeURIComponent(to)}`;

  async function allowed(): Promise<URL> {
    const answer = await fetch(`${authorize()}&allow=1`, { redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '');
  }

  it('asks for its scopes, and gives a code that is good once', async () => {
    await open(false);
    expect(await (await fetch(authorize())).text()).toContain('chat:write');
    const back = await allowed();
    expect(back.searchParams.get('state')).toBe('s1');
    const args = { ...own, code: back.searchParams.get('code'), redirect_uri: redirect };
    const refusal = async (changed: object) =>
      (await call('oauth.v2.access', { ...args, ...changed }, noToken)).body.error;
    expect(await refusal({ redirect_uri: 'https://evil.example' })).toBe('bad_redirect_uri');
    expect(await refusal({ client_secret: 'x' })).toBe('bad_client_secret');
    expect(await refusal({ grant_type: 'password' })).toBe('invalid_grant_type');
    const { body } = await call('oauth.v2.access', args, noToken);
    expect(body).toMatchObject({ ok: true, access_token: testKeys.botToken, team: { name: 'Acme' } });
    expect(body).not.toHaveProperty('refresh_token');
    expect(await refusal({})).toBe('invalid_code');
    expect((await fetch(authorize('https://evil.example'))).status).toBe(400);
  });

  it('with token rotation gives tokens of twelve hours, which a refresh token renews once', async () => {
    await open(true);
    const code = (await allowed()).searchParams.get('code');
    const first = (await call('oauth.v2.access', { ...own, code, redirect_uri: redirect }, noToken)).body;
    expect(first).toMatchObject({ expires_in: 43_200, access_token: expect.stringMatching(/^xoxe\.xoxb-/) });
    const refresh = async (token: unknown) =>
      (await call('oauth.v2.access', { ...own, grant_type: 'refresh_token', refresh_token: token }, noToken))
        .body;
    const errorOf = async (token: unknown) =>
      (await call('auth.test', {}, { token: String(token) })).body.error;
    const second = await refresh(first.refresh_token);
    expect((await refresh(first.refresh_token)).error).toBe('invalid_refresh_token');
    expect([await errorOf(first.access_token), await errorOf(second.access_token)]).toEqual([
      undefined,
      undefined,
    ]);
    const third = await refresh(second.refresh_token);
    expect(await errorOf(first.access_token)).toBe('invalid_auth');
    await other.control('advance', { ms: 12 * 3_600_000 });
    expect(await errorOf(third.access_token)).toBe('token_expired');
    expect(await errorOf((await refresh(third.refresh_token)).access_token)).toBeUndefined();
  });
});

describe('restarting', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('goes on where it was: messages, Home and ids', async () => {
    const stateFile = join(folder, 'state.json');
    const first = await startTestWorkspace({ stateFile });
    const call = slackCaller(first.workspace.apiUrl);
    const { body } = await call('chat.postMessage', { channel: 'C0AGENTOPS1', text: 'before' });
    const home = { type: 'home', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'Queue' } }] };
    await call('views.publish', { user_id: 'U0LEABRANDT', view: home });
    await first.workspace.stop();
    await first.workspace.stop();
    const second = await startTestWorkspace({ stateFile });
    try {
      const lea = second.as('lea');
      expect((await lea.message('#agent-ops', 'before')).ts).toBe(body.ts);
      expect(lea.textOf(await lea.home())).toBe('Queue');
      const again = await slackCaller(second.workspace.apiUrl)('chat.update', {
        channel: 'C0AGENTOPS1',
        ts: body.ts,
        text: 'after',
      });
      expect(again.body.ok).toBe(true);
    } finally {
      await second.workspace.stop();
    }
  });
});

describe('saving a request URL', () => {
  it('needs the challenge back', async () => {
    const app = await startListeningApp();
    workspace.setBotUrl(app.url);
    expect(await workspace.verifyRequestUrl()).toBe(false);
    app.answerWith(({ payload }, response) => response.end(String(payload.challenge)));
    expect(await workspace.verifyRequestUrl()).toBe(true);
    await app.stop();
  });
});
