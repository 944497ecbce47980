import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { methods } from '../../../src/demo/workspace/web-api/methods.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { startTestWorkspace, testKeys } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';
import { errorNames, responseUrlErrors, tiers } from '../data/slack-method-facts.ts';

let workspace: Workspace;
let as: (handle: string) => WorkspacePerson;
let call: CallSlack;

beforeEach(async () => {
  ({ workspace, as } = await startTestWorkspace({ rateLimits: false }));
  call = slackCaller(workspace.apiUrl);
});
afterEach(() => workspace.stop());

const ops = 'C0AGENTOPS1';
const home = { type: 'home', blocks: [{ type: 'divider' }] };
const modal = { type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks: [{ type: 'divider' }] };
const upload = { filename: 'audit.csv', length: '5' };

/** A call, what has to be done before, and the refusal that Slack gives. */
const refusals: readonly (readonly [
  method: string,
  error: string,
  args: Record<string, unknown>,
  before?: readonly [string, unknown],
])[] = [
  ['chat.postMessage', 'channel_not_found', { channel: 'C0NOWHERE', text: 'a' }],
  ['chat.postMessage', 'not_in_channel', { channel: 'C0GENERAL01', text: 'a' }],
  [
    'chat.postMessage',
    'is_archived',
    { channel: ops, text: 'a' },
    ['archive', { channel: '#agent-ops', archived: true }],
  ],
  [
    'chat.postMessage',
    'not_in_channel',
    { channel: ops, text: 'a' },
    ['kick_bot', { channel: '#agent-ops' }],
  ],
  [
    'chat.postMessage',
    'channel_not_found',
    { channel: 'C0WARELARGE', text: 'a' },
    ['kick_bot', { channel: '#warehouse-large' }],
  ],
  ['chat.postMessage', 'no_text', { channel: ops }],
  ['chat.postMessage', 'invalid_blocks_format', { channel: ops, blocks: '{' }],
  ['chat.postMessage', 'invalid_blocks', { channel: ops, blocks: [{ type: 'nonsense' }] }],
  [
    'chat.postMessage',
    'msg_blocks_too_long',
    { channel: ops, blocks: Array.from({ length: 5 }, () => section('x'.repeat(2_900))) },
  ],
  [
    'chat.postMessage',
    'too_many_attachments',
    { channel: ops, text: 'a', attachments: Array.from({ length: 101 }, () => ({})) },
  ],
  ['chat.postMessage', 'invalid_metadata_format', { channel: ops, text: 'a', metadata: { event_type: 'x' } }],
  [
    'chat.postMessage',
    'metadata_too_large',
    { channel: ops, text: 'a', metadata: { event_type: 'x', event_payload: { a: 'x'.repeat(9_000) } } },
  ],
  ['chat.postMessage', 'cannot_reply_to_message', { channel: ops, text: 'a', thread_ts: '1.000000' }],
  ['chat.update', 'message_not_found', { channel: ops, ts: '1.000000', text: 'a' }],
  ['chat.delete', 'message_not_found', { channel: ops, ts: '1.000000' }],
  ['chat.postEphemeral', 'user_not_in_channel', { channel: ops, user: 'U0GUSHALL01', text: 'a' }],
  ['chat.getPermalink', 'message_not_found', { channel: ops, message_ts: '1.000000' }],
  ['views.open', 'invalid_trigger_id', { trigger_id: '1.2.abc', view: modal }],
  ['views.open', 'invalid_arguments', { trigger_id: '1.2.abc', view: home }],
  ['views.update', 'not_found', { view_id: 'V0', view: modal }],
  ['views.publish', 'invalid_arguments', { user_id: 'U0NOBODY', view: home }],
  ['views.publish', 'hash_conflict', { user_id: 'U0LEABRANDT', view: home, hash: 'old' }, ['publish', {}]],
  ['conversations.open', 'user_not_found', { users: 'U0NOBODY' }],
  ['conversations.open', 'user_disabled', { users: 'U0DEEMOSS01' }],
  ['conversations.info', 'channel_not_found', { channel: 'C0NOWHERE' }],
  ['conversations.members', 'invalid_cursor', { channel: ops, cursor: 'bogus' }],
  ['conversations.history', 'missing_scope', { channel: ops }],
  ['conversations.open', 'method_not_supported_for_channel_type', { users: 'U0LEABRANDT,U0MAXODE001' }],
  ['bots.info', 'bot_not_found', { bot: 'B0NONE' }],
  ['users.info', 'user_not_found', { user: 'U0NOBODY' }],
  ['users.lookupByEmail', 'users_not_found', { email: 'dee@acme.test' }],
  [
    'users.lookupByEmail',
    'missing_scope',
    { email: 'lea@acme.test' },
    ['refuse_scopes', { scopes: ['users:read.email'] }],
  ],
  ['usergroups.users.list', 'no_such_subteam', { usergroup: 'S0NONE' }],
  ['files.completeUploadExternal', 'file_not_found', { files: [{ id: 'F0NONE' }] }],
  ['blocks.validate', 'invalid_arguments', { blocks: [], view: modal }],
  ['blocks.validate', 'invalid_view', { view: { type: 'modal', blocks: [] } }],
  [
    'functions.completeSuccess',
    'function_execution_not_found',
    { function_execution_id: 'Fx0', outputs: {} },
  ],
  ['oauth.v2.access', 'invalid_client_id', { client_id: '1', client_secret: '2', code: '3' }],
  ['auth.test', 'token_revoked', {}, ['revoke_tokens', {}]],
  ['auth.test', 'account_inactive', {}, ['uninstall', {}]],
  ['apps.connections.open', 'not_allowed_token_type', {}],
  ['chat.scheduleMessage', 'unknown_method', {}],
];

function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

describe('refusing a call', () => {
  it.each(refusals.map(([method, error, args, before]) => ({ method, error, args, before })))(
    '$method: $error',
    async ({ method, error, args, before }) => {
      if (before?.[0] === 'publish') await call('views.publish', { user_id: 'U0LEABRANDT', view: home });
      else if (before) await workspace.control(before[0], before[1]);
      const { status, body } = await call(method, args);
      expect(status).toBe(200);
      expect(body).toMatchObject({ ok: false, error });
      expect([...errorNames.common, ...(errorNames.byMethod[method] ?? [])]).toContain(error);
    },
  );

  it('never has a name that Slack does not', () => {
    const known = new Set([
      ...errorNames.common,
      ...Object.values(errorNames.byMethod).flat(),
      ...responseUrlErrors,
    ]);
    const folder = 'src/demo/workspace';
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) =>
      each.endsWith('.ts'),
    );
    const used = sources.flatMap((each) =>
      [...readFileSync(join(folder, each), 'utf8').matchAll(/(?:new Refusal|\brefused)\('(\w+)'/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    expect(used.length).toBeGreaterThan(40);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it('takes no token, a wrong token and another kind of token for three different things', async () => {
    expect((await call('auth.test', {}, { token: undefined })).body.error).toBe('not_authed');
    expect((await call('auth.test', {}, { token: 'xoxb-stolen' })).body.error).toBe('invalid_auth');
    expect((await call('auth.test', {}, { token: testKeys.appToken })).body.error).toBe(
      'not_allowed_token_type',
    );
  });

  it('says which scope is missing', async () => {
    const { body, headers } = await call('conversations.history', { channel: ops });
    expect(body).toMatchObject({ needed: 'channels:history,groups:history,im:history' });
    expect(headers.get('x-oauth-scopes')).toContain('chat:write');
    expect(headers.get('x-accepted-oauth-scopes')).toBe('channels:history,groups:history,im:history');
    expect(headers.get('x-slack-req-id')).toMatch(/\w+/);
  });

  it('names every fault of a block in the three places where Slack does', async () => {
    const { body } = await call('chat.postMessage', { channel: ops, blocks: [section('x'.repeat(3_001))] });
    const error = 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]';
    expect(body).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: [error],
      response_metadata: { messages: [`[ERROR] ${error}`] },
    });
  });
});

describe('answering a call', () => {
  it('takes form and JSON alike', async () => {
    for (const how of ['form', 'json'] as const) {
      const { body } = await call(
        'chat.postMessage',
        { channel: ops, text: how, blocks: [section(how)] },
        { as: how },
      );
      expect(body).toMatchObject({ ok: true, channel: ops, message: { text: how, bot_id: 'B0CTRSIGN01' } });
    }
  });

  it('hands text and blocks back escaped, with ids', async () => {
    const { body } = await call('chat.postMessage', {
      channel: ops,
      text: 'a < b & c <@U0LEABRANDT>',
      blocks: [section('<script> & <!here>'), { type: 'header', text: { type: 'plain_text', text: '<b>' } }],
    });
    expect(body.message).toMatchObject({
      text: 'a &lt; b &amp; c <@U0LEABRANDT>',
      blocks: [
        { text: { text: '&lt;script&gt; &amp; <!here>', verbatim: false }, block_id: expect.any(String) },
        { text: { text: '&lt;b&gt;', emoji: true }, block_id: expect.any(String) },
      ],
    });
  });

  it('cuts a text after 40,000 characters and says so', async () => {
    const { body } = await call('chat.postMessage', { channel: ops, text: 'x'.repeat(40_001) });
    expect(body).toMatchObject({ ok: true, warning: 'message_truncated' });
    expect(
      (await call('chat.update', { channel: ops, ts: body.ts, text: 'x'.repeat(4_001) })).body.error,
    ).toBe('msg_too_long');
  });

  it('updates by blocks without a mark, by text with one and without the blocks, and by neither not at all', async () => {
    const lea = as('lea');
    const { body } = await call('chat.postMessage', { channel: ops, text: 'a', blocks: [section('one')] });
    const edit = (args: object) => call('chat.update', { channel: ops, ts: body.ts, ...args });
    await edit({ text: 'b', blocks: [section('two')] });
    expect(await lea.message('#agent-ops', 'two')).toMatchObject({ text: 'b', edited: false });
    await edit({ metadata: { event_type: 'x', event_payload: {} } });
    expect(await lea.message('#agent-ops', 'two')).toMatchObject({ text: 'b' });
    await edit({ text: 'c' });
    expect(await lea.message('#agent-ops', 'c')).toMatchObject({ blocks: [], edited: true });
  });

  it('opens a direct conversation for a user id, and shows it to that user alone', async () => {
    const { body } = await call('chat.postMessage', { channel: 'U0LEABRANDT', text: 'for you' });
    expect(body.channel).toMatch(/^D/);
    expect((await as('lea').message('@countersign', 'for you')).ts).toBe(body.ts);
    await expect(as('max').conversation(String(body.channel))).rejects.toThrow('sees no conversation');
  });

  it('never finds an ephemeral message again', async () => {
    const { body } = await call('chat.postEphemeral', { channel: ops, user: 'U0LEABRANDT', text: 'psst' });
    expect((await call('chat.update', { channel: ops, ts: body.message_ts, text: 'b' })).body.error).toBe(
      'message_not_found',
    );
  });

  it('tells a deactivated account, a guest and a stranger apart, and e-mails only to whom may read them', async () => {
    const user = async (id: string) => (await call('users.info', { user: id })).body.user;
    expect(await user('U0DEEMOSS01')).toMatchObject({ deleted: true });
    expect(await user('U0GUSHALL01')).toMatchObject({ is_restricted: true });
    expect(await user('U0EVESTONE1')).toMatchObject({ team_id: 'T0ELSEWHERE', is_stranger: true });
    expect(await user('U0KIMSATO01')).toMatchObject({
      tz: 'Asia/Tokyo',
      tz_offset: 32_400,
      profile: { email: 'kim@acme.test' },
    });
    await workspace.control('refuse_scopes', { scopes: ['users:read.email'] });
    expect(await user('U0KIMSATO01')).not.toHaveProperty('profile.email');
  });

  it('pages with cursors', async () => {
    const first = await call('conversations.members', { channel: ops, limit: '3' });
    const { next_cursor: cursor } = first.body.response_metadata as { next_cursor: string };
    const second = await call('conversations.members', { channel: ops, limit: '100', cursor });
    const all = [...(first.body.members as string[]), ...(second.body.members as string[])];
    expect(new Set(all).size).toBe(all.length);
    expect(second.body).toMatchObject({ response_metadata: { next_cursor: '' } });
  });

  it('keeps one external_id for one view', async () => {
    const view = { ...home, external_id: 'queue' };
    expect((await call('views.publish', { user_id: 'U0LEABRANDT', view })).body.ok).toBe(true);
    expect((await call('views.publish', { user_id: 'U0LEABRANDT', view })).body.ok).toBe(true);
    expect((await call('views.publish', { user_id: 'U0MAXODE001', view })).body.error).toBe(
      'duplicate_external_id',
    );
  });

  it('takes a file in three steps, and shows it once it is shared', async () => {
    const { body } = await call('files.getUploadURLExternal', upload);
    expect((await fetch(String(body.upload_url), { method: 'POST', body: 'abc' })).status).toBe(400);
    expect((await fetch(String(body.upload_url), { method: 'POST', body: 'a,b,c' })).status).toBe(200);
    const files = [{ id: body.file_id, title: 'Audit' }];
    expect((await call('files.completeUploadExternal', { files, channel_id: ops })).body).toMatchObject({
      ok: true,
    });
    const shared = (await as('lea').messages('#agent-ops')).at(-1)?.files[0];
    expect(shared).toMatchObject({ name: 'audit.csv', title: 'Audit', size: 5 });
    expect(await (await fetch(String(shared?.url))).text()).toBe('a,b,c');
  });

  it('has the rate tier that Slack publishes for each method', () => {
    const ours = Object.fromEntries(Object.entries(methods).map(([name, { tier }]) => [name, tier]));
    expect(ours).toEqual(tiers);
  });
});
