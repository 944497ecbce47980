import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sign } from '../../../src/demo/workspace/outgoing/sign.ts';
import type { RequestEntry } from '../../../src/demo/workspace/protocol.ts';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { type ListeningApp, startListeningApp } from '../../support/listening-app.ts';
import { startTestWorkspace, testKeys } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';
import { innerKeys, sampleKeys } from '../data/slack-payload-keys.ts';

let workspace: Workspace;
let as: (handle: string) => WorkspacePerson;
let app: ListeningApp;
let call: CallSlack;

beforeAll(async () => {
  app = await startListeningApp();
  ({ workspace, as } = await startTestWorkspace({ botUrl: app.url }));
  call = slackCaller(workspace.apiUrl);
});
afterAll(async () => {
  await workspace.stop();
  await app.stop();
});

const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: 'v1' };
const card = [{ type: 'actions', block_id: 'b1', elements: [button] }];
const isOf = (type: string) => (request: { payload: Record<string, unknown> }) =>
  request.payload.type === type;

function keysOf(payload: unknown): string[] {
  return Object.keys(payload ?? {}).sort();
}

describe('signing', () => {
  it('agrees with the vector that Slack publishes in its guide to verifying requests', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    expect(sign('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body)).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });

  it('covers the bytes that are sent', async () => {
    await as('lea').say('#agent-ops', '/agent status');
    const { headers, body } = await app.next(({ payload }) => payload.text === 'status');
    const timestamp = String(headers['x-slack-request-timestamp']);
    expect(headers['x-slack-signature']).toBe(sign(testKeys.signingSecret, timestamp, body));
    expect(headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      accept: 'application/json,*/*',
    });
  });
});

/** Nothing inside of a payload but what Slack's samples have there. */
function expectInnerKeys(payload: Record<string, unknown>): void {
  for (const [path, known] of Object.entries(innerKeys))
    if (payload[path]) expect(known).toEqual(expect.arrayContaining(keysOf(payload[path])));
}

describe('sending a command', () => {
  it('has the fields of a real one, with mentions as references', async () => {
    await as('lea').say('#agent-ops', '/agent audit @dana & <4471> #general');
    const { payload } = await app.next(({ payload }) => String(payload.text).startsWith('audit'));
    expect(keysOf(payload)).toEqual(sampleKeys.slashCommand);
    expect(payload).toMatchObject({
      command: '/agent',
      text: 'audit <@U0DANAWHITF|dana> &amp; &lt;4471&gt; <#C0GENERAL01|general>',
      channel_name: 'agent-ops',
      user_id: 'U0LEABRANDT',
      user_name: 'lea',
      is_enterprise_install: 'false',
    });
  });

  it('names a direct conversation "directmessage"', async () => {
    await as('lea').say('@countersign', '/agent dm');
    const { payload } = await app.next(({ payload }) => payload.text === 'dm');
    expect(payload.channel_name).toBe('directmessage');
  });
});

describe('sending an action', () => {
  it('of a message has the fields of a real one', async () => {
    await call('chat.postMessage', { channel: 'C0AGENTOPS1', text: 'a card', blocks: card });
    const lea = as('lea');
    await lea.click(await lea.message('#agent-ops', 'Go'), 'Go');
    const { payload, body } = await app.next(isOf('block_actions'));
    expect(body.startsWith('payload=')).toBe(true);
    expect(keysOf(payload)).toEqual(sampleKeys.messageAction);
    expect(sampleKeys.message).toEqual(expect.arrayContaining(keysOf(payload.message)));
    expectInnerKeys(payload);
    expect(payload).toMatchObject({
      container: { type: 'message', channel_id: 'C0AGENTOPS1', is_ephemeral: false },
      user: { id: 'U0LEABRANDT', username: 'lea', name: 'lea', team_id: 'T0ACMECORP1' },
      team: { id: 'T0ACMECORP1', domain: 'acme' },
      message: { bot_id: 'B0CTRSIGN01', app_id: 'A0CTRSIGN01', user: 'U0CTRSIGNBOT' },
    });
    const [action] = payload.actions as unknown[];
    expect(keysOf(action)).toEqual(['action_id', 'action_ts', 'block_id', 'text', 'type', 'value']);
  });

  it('of an ephemeral message carries no message', async () => {
    await call('chat.postEphemeral', {
      channel: 'C0AGENTOPS1',
      user: 'U0MAXODE001',
      text: 'only you',
      blocks: card,
    });
    const max = as('max');
    const message = (await max.messages('#agent-ops')).findLast(({ ephemeral }) => ephemeral);
    if (!message) throw new Error('max sees no ephemeral message');
    await max.click(message, 'Go');
    const { payload } = await app.next(({ payload }) =>
      JSON.stringify(payload.container ?? {}).includes('"is_ephemeral":true'),
    );
    expect(keysOf(payload)).toEqual(sampleKeys.messageAction.filter((key) => key !== 'message'));
  });

  it('by a stranger bears the team that they come from', async () => {
    await call('chat.postMessage', { channel: 'C0REFUNDAPP', text: 'shared', blocks: card });
    const eve = as('eve');
    await eve.click(await eve.message('#refund-approvals', 'Go'), 'Go');
    const { payload } = await app.next(({ payload }) =>
      JSON.stringify(payload.user ?? {}).includes('U0EVESTONE1'),
    );
    expect(payload).toMatchObject({ user: { team_id: 'T0ELSEWHERE' }, team: { id: 'T0ACMECORP1' } });
  });
});

describe('sending a view', () => {
  it('submitted or closed has the fields of a real one', async () => {
    const lea = as('lea');
    await lea.shortcut('open_queue');
    const { payload: shortcut } = await app.next(isOf('shortcut'));
    expect(keysOf(shortcut)).toEqual(sampleKeys.shortcut);
    const view = {
      type: 'modal',
      callback_id: 'why',
      private_metadata: 'p1',
      notify_on_close: true,
      title: { type: 'plain_text', text: 'Why?' },
      submit: { type: 'plain_text', text: 'Send' },
      blocks: [
        {
          type: 'input',
          block_id: 'reason',
          label: { type: 'plain_text', text: 'Reason' },
          element: { type: 'plain_text_input', action_id: 'text' },
        },
      ],
    };
    await call('views.open', { trigger_id: shortcut.trigger_id, view });
    app.answerWith((_, response) => response.end('{"response_action":"errors","errors":{"reason":"No"}}'));
    await lea.submitModal({ Reason: 'because' });
    app.answerWith((_, response) => response.end());
    const { payload } = await app.next(isOf('view_submission'));
    expect(keysOf(payload)).toEqual(sampleKeys.viewSubmission);
    expect(keysOf(payload.view)).toEqual(sampleKeys.view);
    expectInnerKeys(payload);
    expect(payload.view).toMatchObject({
      private_metadata: 'p1',
      state: { values: { reason: { text: { type: 'plain_text_input', value: 'because' } } } },
    });
    await lea.closeModal();
    const { payload: closed } = await app.next(isOf('view_closed'));
    expect(keysOf(closed)).toEqual(sampleKeys.viewClosed);
    expect(closed.is_cleared).toBe(false);
  });
});

describe('sending an event', () => {
  it('has the envelope of a real one and is JSON', async () => {
    await as('lea').act({ act: 'open_home', as: 'lea', tab: 'home' });
    const { payload, headers } = await app.next(isOf('event_callback'));
    expect(headers['content-type']).toBe('application/json');
    expect(keysOf(payload)).toEqual(sampleKeys.eventCallback);
    expect(payload.event).toMatchObject({ type: 'app_home_opened', user: 'U0LEABRANDT', tab: 'home' });
  });

  it('comes again at once, after a minute and after five, and says which time it is', async () => {
    app.answerWith((_, response) => response.writeHead(500).end());
    await workspace.control('uninstall');
    const uninstalled = (num: number) =>
      app.next(({ payload, headers }) => {
        const event = payload.event as { type?: string } | undefined;
        return event?.type === 'app_uninstalled' && Number(headers['x-slack-retry-num'] ?? 0) === num;
      });
    const first = await uninstalled(0);
    const second = await uninstalled(1);
    expect(second.headers['x-slack-retry-reason']).toBe('http_error');
    await logged(3);
    await workspace.control('advance', { ms: 60_000 });
    await uninstalled(2);
    await logged(4);
    await workspace.control('advance', { ms: 300_000 });
    const last = await uninstalled(3);
    expect(last.payload.event_id).toBe(first.payload.event_id);
    app.answerWith((_, response) => response.end());
    await workspace.control('restore_tokens');
  });
});

describe('an app that asks for no more', () => {
  it('is not sent an event again', async () => {
    app.answerWith((_, response) => response.writeHead(500, { 'x-slack-no-retry': '1' }).end());
    await workspace.control('event', {
      event: { type: 'app_home_opened', user: 'U0MAXODE001', tab: 'about' },
    });
    const isIt = ({ payload }: { payload: Record<string, unknown> }) =>
      JSON.stringify(payload.event ?? {}).includes('"tab":"about"');
    await app.next(isIt);
    await workspace.control('advance', { ms: 360_000 });
    await as('lea').say('#agent-ops', '/agent after');
    await app.next(({ payload }) => payload.text === 'after');
    expect(app.heard.filter(isIt)).toHaveLength(1);
    app.answerWith((_, response) => response.end());
  });
});

/** Resolves when the log holds that many answered deliveries of app_uninstalled, less one: the next retry is then due later. */
async function logged(next: number): Promise<void> {
  await as('lea').waitFor(async () => {
    const response = await fetch(`${workspace.url}/ui/requests`);
    const entries = (await response.json()) as RequestEntry[];
    return (
      entries.filter(({ name, status }) => name === 'app_uninstalled' && status !== null).length >= next - 1
    );
  }, 'the delivery to be logged');
}
