import { createServer } from 'node:http';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import type { Workspace } from '../../src/demo/workspace/start-workspace.ts';
import { refundCard } from './gallery-cards.ts';
import { homeBlocks, rejectModal } from './gallery-views.ts';
import { testKeys } from './start-test-workspace.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** An app that has nothing to do with Countersign: cards, a modal, App Home and a command that answers. */
export async function startPlainApp(workspace: Workspace): Promise<{ app: App; stop: () => Promise<void> }> {
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
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  workspace.setBotUrl(`http://127.0.0.1:${port}`);
  const stop = async () => {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    server.closeAllConnections();
    await closed.promise;
  };
  return { app, stop };
}

function behave(app: App): void {
  app.command('/agent', async ({ ack, command, respond, client }) => {
    await ack();
    if (command.text === 'card') {
      await client.chat.postMessage({
        channel: command.channel_id,
        text: 'Refund 1,250.00 USD (#1042) waits for you',
        blocks: refundCard,
      });
    } else await respond(`You said *${command.text}*`);
  });
  app.action('approve', async ({ ack, respond, body }) => {
    await ack();
    await respond({ replace_original: true, text: `✅ Approved by <@${body.user.id}>` });
  });
  app.action('reject', async ({ ack, client, body }) => {
    await ack();
    if (!('trigger_id' in body)) return;
    const view = {
      type: 'modal' as const,
      callback_id: 'reject',
      title: plain('Reject #1042'),
      submit: plain('Reject'),
      blocks: rejectModal,
    };
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
  app.view('reject', async ({ ack, view, client }) => {
    const reason = view.state.values.why?.text?.value ?? '';
    if (reason.includes('because'))
      return ack({ response_action: 'errors', errors: { why: 'Say why, not because.' } });
    await ack();
    await client.chat.postMessage({ channel: 'C0REFUNDAPP', text: `Rejected: ${reason}` });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    if (event.tab === 'home')
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: homeBlocks } });
  });
}
