import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { type ListeningApp, startListeningApp } from '../../support/listening-app.ts';
import { startTestWorkspace } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';

const OPS = 'C0AGENTOPS1';
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

const post = () => call('chat.postMessage', { channel: OPS, text: 'a' });

describe('through the control API', () => {
  it('the bot is thrown out of a channel and invited again', async () => {
    await workspace.control('kick_bot', { channel: '#agent-ops' });
    expect((await post()).body.error).toBe('not_in_channel');
    await workspace.control('invite_bot', { channel: '#agent-ops' });
    expect((await post()).body.ok).toBe(true);
  });

  it('a message is deleted as an admin would', async () => {
    const { body } = await post();
    await workspace.control('delete_message', { channel: '#agent-ops', ts: body.ts });
    expect(await as('lea').messages('#agent-ops')).toEqual([]);
    await expect(workspace.control('delete_message', { channel: '#agent-ops', ts: body.ts })).rejects.toThrow(
      'no message',
    );
  });

  it('a person leaves the company and comes back, and a group changes', async () => {
    const leaver = { person: 'max', deactivated: true };
    await workspace.control('deactivate', leaver);
    expect((await call('users.info', { user: 'U0MAXODE001' })).body.user).toMatchObject({ deleted: true });
    await workspace.control('deactivate', { ...leaver, deactivated: false });
    expect(await as('max').say('#agent-ops', 'I am back')).toMatchObject({ ok: true });
    await workspace.control('set_group', { group: 'support-leads', members: ['kim'] });
    const groups = (await call('usergroups.list', { include_users: 'true' })).body.usergroups;
    expect(groups).toEqual(expect.arrayContaining([expect.objectContaining({ users: ['U0KIMSATO01'] })]));
  });

  it('rate limits are taken away, and faults too', async () => {
    await workspace.control('rate_limits', { on: false });
    for (let count = 0; count < 5; count += 1) expect((await post()).status).toBe(200);
    await workspace.control('fault', { kind: 'error_before' });
    expect((await post()).status).toBe(500);
    await workspace.control('clear_faults');
    expect((await post()).status).toBe(200);
  });

  it('the app is elsewhere, and a revoked token is restored', async () => {
    await workspace.control('bot_url', { url: 'http://127.0.0.1:9' });
    expect(await as('lea').say('#agent-ops', '/agent x')).toMatchObject({ ok: false });
    await workspace.control('bot_url', { url: app.url });
    expect(await as('lea').say('#agent-ops', '/agent x')).toMatchObject({ ok: true });
    await workspace.control('revoke_tokens');
    await app.next(({ payload: { event } }) => JSON.stringify(event ?? {}).includes('tokens_revoked'));
    expect((await post()).body.error).toBe('token_revoked');
    await workspace.control('restore_tokens');
    expect((await post()).body.ok).toBe(true);
  });

  it('a Home is forgotten, as of somebody who never opened it', async () => {
    const view = { type: 'home', blocks: [{ type: 'divider' }] };
    await call('views.publish', { user_id: 'U0LEABRANDT', view });
    await workspace.control('forget_home', { person: 'lea' });
    expect((await as('lea').home()).blocks).toBeNull();
  });

  it('answers come late, and requests too', async () => {
    const began = performance.now();
    await workspace.control('fault', { kind: 'latency', method: 'chat.postMessage', ms: 60, times: 1 });
    await post();
    await workspace.control('fault', { kind: 'late', method: '/agent', ms: 60, times: 1 });
    await as('lea').say('#agent-ops', '/agent late');
    expect(performance.now() - began).toBeGreaterThanOrEqual(120);
    await workspace.control('fault', { kind: 'old_timestamp', method: '/agent', times: 1 });
    await as('lea').say('#agent-ops', '/agent old');
    const { headers } = await app.next(({ payload: { text } }) => text === 'old');
    expect(Number(headers['x-slack-request-timestamp'])).toBeLessThan(Date.now() / 1000 - 3_000);
  });
});
