import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { slackCaller } from '../../support/call-slack.ts';
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
  it('asks for its scopes, and gives a code that is good once', async () => {
    const redirect = 'https://countersign.example.com/slack/oauth_redirect';
    const clientId = '1111111111.2222222222';
    const { workspace: other } = await startTestWorkspace({
      clientId,
      manifest: 'test/unit/data/slack-manifest-oauth.yml',
    });
    try {
      const url = `${other.url}/oauth/v2/authorize?client_id=${clientId}&state=s1&redirect_uri=${encodeURIComponent(redirect)}`;
      expect(await (await fetch(url)).text()).toContain('chat:write');
      const allowed = await fetch(`${url}&allow=1`, { redirect: 'manual' });
      const back = new URL(allowed.headers.get('location') ?? '');
      expect(back.searchParams.get('state')).toBe('s1');
      const call = slackCaller(other.apiUrl);
      const args = {
        client_id: clientId,
        client_secret: 'local-client-secret',
        code: back.searchParams.get('code'),
        redirect_uri: redirect,
      };
      const wrong = await call(
        'oauth.v2.access',
        { ...args, redirect_uri: 'https://evil.example' },
        { token: undefined },
      );
      expect(wrong.body.error).toBe('bad_redirect_uri');
      const { body } = await call('oauth.v2.access', args, { token: undefined });
      expect(body).toMatchObject({ ok: true, access_token: testKeys.botToken, team: { name: 'Acme' } });
      expect((await call('oauth.v2.access', args, { token: undefined })).body.error).toBe('invalid_code');
      const elsewhere = await fetch(
        `${other.url}/oauth/v2/authorize?client_id=${clientId}&redirect_uri=https://evil.example`,
      );
      expect(elsewhere.status).toBe(400);
    } finally {
      await other.stop();
    }
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
