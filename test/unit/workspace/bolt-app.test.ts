import { createServer, type Server } from 'node:http';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { startTestWorkspace, testKeys } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';

/** An app that has nothing to do with Countersign and knows nothing of the stand-in. */
function behave(app: App): void {
  app.command('/agent', async ({ ack, command, client, respond }) => {
    await ack();
    if (command.text === 'card')
      await client.chat.postMessage({
        channel: command.channel_id,
        text: 'A refund of $1,200',
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: `<@${command.user_id}> asks for a refund` } },
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                action_id: 'approve',
                text: { type: 'plain_text', text: 'Approve' },
                value: '1',
              },
              {
                type: 'button',
                action_id: 'reject',
                text: { type: 'plain_text', text: 'Reject' },
                value: '1',
              },
            ],
          },
        ],
      });
    else await respond(`You said ${command.text}`);
  });
  app.action('approve', async ({ ack, respond, body }) => {
    await ack();
    await respond({ replace_original: true, text: `Approved by <@${body.user.id}>` });
  });
  app.action('reject', async ({ ack, client, body }) => {
    await ack();
    if (!('trigger_id' in body)) return;
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'reason',
        title: { type: 'plain_text', text: 'Why not?' },
        submit: { type: 'plain_text', text: 'Reject' },
        blocks: [
          {
            type: 'input',
            block_id: 'reason',
            label: { type: 'plain_text', text: 'Reason' },
            element: { type: 'plain_text_input', action_id: 'text' },
          },
        ],
      },
    });
  });
  app.view('reason', async ({ ack, view, body, client }) => {
    const reason = view.state.values.reason?.text?.value ?? '';
    if (reason.length < 5) return ack({ response_action: 'errors', errors: { reason: 'Say a little more' } });
    await ack();
    await client.chat.postMessage({ channel: body.user.id, text: `You rejected it: ${reason}` });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'Your queue' } }] },
    });
  });
  app.shortcut('open_queue', async ({ ack, shortcut, client }) => {
    await ack();
    await client.chat.postMessage({ channel: shortcut.user.id, text: 'Nothing waits for you' });
  });
}

const transports: {
  name: string;
  start: () => Promise<{
    workspace: Workspace;
    as: (handle: string) => WorkspacePerson;
    stop: () => Promise<unknown>;
  }>;
}[] = [
  { name: 'HTTP', start: overHttp },
  { name: 'Socket Mode', start: overSocketMode },
];

async function overHttp() {
  const { workspace, as } = await startTestWorkspace();
  const receiver = new HTTPReceiver({
    signingSecret: testKeys.signingSecret,
    endpoints: '/slack/events',
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    receiver,
    token: testKeys.botToken,
    clientOptions: { slackApiUrl: workspace.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  behave(app);
  const server = createServer(receiver.requestListener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  workspace.setBotUrl(`http://127.0.0.1:${portOf(server)}`);
  const stop = async () => {
    await new Promise((resolve) => server.close(resolve));
    await workspace.stop();
  };
  return { workspace, as, stop };
}

async function overSocketMode() {
  const { workspace, as } = await startTestWorkspace({ socketMode: true });
  const clientOptions = { slackApiUrl: workspace.apiUrl };
  const receiver = new SocketModeReceiver({
    appToken: testKeys.appToken,
    installerOptions: { clientOptions },
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    receiver,
    token: testKeys.botToken,
    clientOptions: { slackApiUrl: workspace.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  behave(app);
  await app.start();
  const stop = async () => {
    await app.stop();
    await workspace.stop();
  };
  return { workspace, as, stop };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

describe.each(transports)('a plain Bolt app over $name', ({ start }) => {
  let running: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());

  it('answers a command for the asker only', async () => {
    const answer = await running.as('lea').ask('/agent hello @max in #agent-ops', '#agent-ops');
    expect(answer.ephemeral).toBe(true);
    expect(answer.text).toBe('You said hello <@U0MAXODE001|max> in <#C0AGENTOPS1|agent-ops>');
    const others = await running.as('max').messages('#agent-ops');
    expect(others.map(({ ts }) => ts)).not.toContain(answer.ts);
  });

  it('posts a card whose click replaces it', async () => {
    const lea = running.as('lea');
    await lea.say('#refund-approvals', '/agent card');
    const card = await lea.message('#refund-approvals', 'asks for a refund');
    expect(lea.buttons(card)).toEqual(['Approve', 'Reject']);
    await running.as('max').click(card, 'Approve');
    const settled = await lea.message('#refund-approvals', 'Approved by');
    expect(settled).toMatchObject({
      ts: card.ts,
      edited: true,
      text: 'Approved by <@U0MAXODE001>',
      blocks: [],
    });
  });

  it('opens a modal, complains in it, and takes what is right', async () => {
    const max = running.as('max');
    await max.say('#refund-approvals', '/agent card');
    const card = await max.message('#refund-approvals', 'asks for a refund');
    await max.click(card, 'Reject');
    await max.modal('Why not?');
    expect(await max.submitModal({ Reason: 'no' })).toMatchObject({
      ok: false,
      errors: { reason: 'Say a little more' },
    });
    expect(await max.submitModal({ Reason: 'paid already' })).toEqual({ ok: true });
    expect(await max.modals()).toEqual([]);
    const message = await max.message('@countersign', 'You rejected it');
    expect(message.text).toBe('You rejected it: paid already');
  });

  it('publishes its Home and answers a shortcut', async () => {
    const lea = running.as('lea');
    expect(lea.textOf(await lea.openHome())).toBe('Your queue');
    expect(await lea.shortcut('open_queue')).toEqual({ ok: true });
    await lea.message('@countersign', 'Nothing waits for you');
  });
});
