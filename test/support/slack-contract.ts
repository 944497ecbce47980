import assert from 'node:assert/strict';
import type { CallSlack } from './call-slack.ts';

/** A workspace to hold against the contract: Slack's own, or the local one. */
export interface ContractTarget {
  readonly call: CallSlack;
  /** A channel that the bot is in. */
  readonly channel: string;
  /** A person in that channel. */
  readonly user: string;
}

export interface ContractCase {
  readonly title: string;
  run(target: ContractTarget): Promise<void>;
}

type Body = Awaited<ReturnType<CallSlack>>['body'];

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

function refusedWith(body: Body, error: string): void {
  assert.deepEqual({ ok: body.ok, error: body.error }, { ok: false, error });
}

function taken(body: Body): Body {
  assert.equal(body.ok, true, `refused with ${body.error}`);
  return body;
}

function field(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

async function post({ call, channel }: ContractTarget, more: Record<string, unknown>): Promise<Body> {
  return taken(
    (await call('chat.postMessage', { channel, text: 'Contract of the local workspace', ...more })).body,
  );
}

/**
 * What both Slack and the local workspace have to do. `npm run slack:live` runs it against Slack with a maintainer's
 * tokens; the unit tests run it against the workspace. Posts a few messages into the channel
 * and deletes them; a file of a few bytes stays.
 */
export const slackContract: readonly ContractCase[] = [
  {
    title: 'auth.test says who the bot is, and which scopes its token has',
    async run({ call }) {
      const { body, headers } = await call('auth.test');
      for (const key of ['url', 'team', 'user', 'team_id', 'user_id', 'bot_id'])
        assert.equal(typeof taken(body)[key], 'string', key);
      assert.equal(body.is_enterprise_install, false);
      assert.ok(headers.get('x-oauth-scopes')?.includes('chat:write'));
    },
  },
  {
    title: 'a token that is wrong or missing is refused with HTTP 200',
    async run({ call }) {
      const wrong = await call('auth.test', {}, { token: 'xoxb-no-such-token' });
      assert.equal(wrong.status, 200);
      refusedWith(wrong.body, 'invalid_auth');
      refusedWith((await call('auth.test', {}, { token: undefined })).body, 'not_authed');
    },
  },
  {
    title: 'a method that does not exist is unknown_method',
    async run({ call }) {
      refusedWith((await call('chat.shout')).body, 'unknown_method');
    },
  },
  {
    title: 'text and blocks come back escaped, with ids made up where there were none',
    async run(target) {
      for (const as of ['form', 'json'] as const) {
        const args = { channel: target.channel, text: 'a < b & c', blocks: [section('1 < 2 & 3')] };
        const { body } = await target.call('chat.postMessage', args, { as });
        const message = taken(body).message;
        assert.equal(field(message, 'text'), 'a &lt; b &amp; c');
        assert.equal(field(message, 'blocks', 0, 'text', 'text'), '1 &lt; 2 &amp; 3');
        assert.equal(field(message, 'blocks', 0, 'text', 'verbatim'), false);
        assert.equal(typeof field(message, 'blocks', 0, 'block_id'), 'string');
        for (const key of ['bot_id', 'app_id', 'team', 'user', 'bot_profile'])
          assert.ok(field(message, key), key);
        await target.call('chat.delete', { channel: target.channel, ts: body.ts });
      }
    },
  },
  {
    title: 'a block that is too long is named by its pointer',
    async run({ call, channel }) {
      const { body } = await call('chat.postMessage', { channel, blocks: [section('x'.repeat(3_001))] });
      refusedWith(body, 'invalid_blocks');
      assert.deepEqual(body.errors, ['must be less than 3001 characters [json-pointer:/blocks/0/text/text]']);
      assert.equal(
        field(body, 'response_metadata', 'messages', 0),
        `[ERROR] ${String(field(body, 'errors', 0))}`,
      );
    },
  },
  {
    title: 'fifty-one blocks, a header of 151 characters and an unknown type are refused',
    async run({ call, channel }) {
      const wrong = [
        Array.from({ length: 51 }, () => ({ type: 'divider' })),
        [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
        [{ type: 'nonsense' }],
      ];
      for (const blocks of wrong)
        refusedWith((await call('chat.postMessage', { channel, blocks })).body, 'invalid_blocks');
    },
  },
  {
    title: 'a message is posted, replied to, updated, linked to and deleted',
    async run(target) {
      const { call, channel } = target;
      const { ts } = await post(target, {});
      const reply = await post(target, { thread_ts: ts, text: 'a reply' });
      assert.equal(field(reply.message, 'thread_ts'), ts);
      assert.equal(taken((await call('chat.update', { channel, ts, text: 'changed' })).body).text, 'changed');
      const link = taken((await call('chat.getPermalink', { channel, message_ts: ts })).body);
      assert.ok(String(link.permalink).includes(String(ts).replace('.', '')));
      for (const each of [reply.ts, ts]) taken((await call('chat.delete', { channel, ts: each })).body);
      refusedWith((await call('chat.update', { channel, ts, text: 'again' })).body, 'message_not_found');
    },
  },
  {
    title: 'an ephemeral message can not be updated',
    async run({ call, channel, user }) {
      const { body } = await call('chat.postEphemeral', { channel, user, text: 'for you' });
      const ts = taken(body).message_ts;
      assert.match(String(ts), /^\d+\.\d{6}$/);
      refusedWith((await call('chat.update', { channel, ts, text: 'changed' })).body, 'message_not_found');
    },
  },
  {
    title: 'no text, no channel and no view are refused by their names',
    async run({ call, channel }) {
      refusedWith((await call('chat.postMessage', { channel })).body, 'no_text');
      refusedWith(
        (await call('chat.postMessage', { channel: 'C00000000', text: 'a' })).body,
        'channel_not_found',
      );
      const view = { type: 'modal', title: { type: 'plain_text', text: 'a' }, blocks: [] };
      refusedWith((await call('views.open', { trigger_id: '1.2.abc', view })).body, 'invalid_trigger_id');
      refusedWith((await call('users.info', { user: 'U00000000' })).body, 'user_not_found');
    },
  },
  {
    title: 'a direct conversation is opened once, and found again',
    async run({ call, user }) {
      const first = taken((await call('conversations.open', { users: user })).body);
      const second = taken((await call('conversations.open', { users: user })).body);
      assert.match(String(field(first.channel, 'id')), /^D/);
      assert.equal(field(first.channel, 'id'), field(second.channel, 'id'));
    },
  },
  {
    title: 'a person has a time zone and is found by e-mail',
    async run({ call, user }) {
      const found = taken((await call('users.info', { user })).body).user;
      assert.match(String(field(found, 'tz')), /^\w+\/\w+/);
      assert.equal(typeof field(found, 'tz_offset'), 'number');
      for (const key of ['deleted', 'is_bot', 'is_restricted']) assert.equal(field(found, key), false, key);
      const email = field(found, 'profile', 'email');
      const same = taken((await call('users.lookupByEmail', { email })).body);
      assert.equal(field(same.user, 'id'), user);
      const nobody = await call('users.lookupByEmail', { email: 'nobody@contract.invalid' });
      refusedWith(nobody.body, 'users_not_found');
    },
  },
  {
    title: 'the members of a channel come in pages',
    async run({ call, channel, user }) {
      const { body } = await call('conversations.members', { channel, limit: '200' });
      assert.ok((taken(body).members as string[]).includes(user));
      assert.equal(typeof field(body, 'response_metadata', 'next_cursor'), 'string');
      const wrong = await call('conversations.members', { channel, cursor: 'no-such-cursor' });
      refusedWith(wrong.body, 'invalid_cursor');
    },
  },
  {
    title: 'a file is taken in three steps, and an unknown one is not found',
    async run({ call, channel }) {
      const content = 'at,what\n';
      const args = { filename: 'contract.csv', length: String(content.length) };
      const { upload_url: url, file_id: id } = taken((await call('files.getUploadURLExternal', args)).body);
      assert.equal((await fetch(String(url), { method: 'POST', body: content })).status, 200);
      const files = [{ id, title: 'Contract' }];
      const { body } = await call('files.completeUploadExternal', { files, channel_id: channel });
      assert.equal(field(taken(body).files, 0, 'id'), id);
      const unknown = { files: [{ id: 'F00000000' }], channel_id: channel };
      refusedWith((await call('files.completeUploadExternal', unknown)).body, 'file_not_found');
    },
  },
  {
    title: 'App Home is published, and an old hash conflicts',
    async run({ call, user }) {
      const view = { type: 'home', blocks: [section('Contract of the local workspace')] };
      const { body } = await call('views.publish', { user_id: user, view });
      for (const key of ['id', 'team_id', 'hash', 'root_view_id', 'app_id', 'bot_id'])
        assert.equal(typeof field(taken(body).view, key), 'string', key);
      refusedWith(
        (await call('views.publish', { user_id: user, view, hash: '1.old' })).body,
        'hash_conflict',
      );
    },
  },
];

/** Every case in order, with why it was broken; undefined: it was kept. */
export async function* runContract(
  target: ContractTarget,
): AsyncGenerator<{ readonly title: string; readonly broken: string | undefined }> {
  for (const { title, run } of slackContract) {
    const broken = await run(target).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    yield { title, broken };
  }
}
