import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { changedManifest } from '../../support/changed-manifest.ts';
import { type ListeningApp, startListeningApp } from '../../support/listening-app.ts';
import { startTestWorkspace, testKeys } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';
import { eventKeys } from '../data/slack-payload-keys.ts';

const OPS = 'C0AGENTOPS1';
const BOT = 'U0CTRSIGNBOT';
let workspace: Workspace;
let as: (handle: string) => WorkspacePerson;
let app: ListeningApp;
let call: CallSlack;

beforeAll(async () => {
  app = await startListeningApp();
  const manifest = changedManifest(({ oauth_config, settings }) => {
    oauth_config.scopes.bot.push('channels:history', 'app_mentions:read');
    settings.event_subscriptions.bot_events.push(
      'message.channels',
      'message.groups',
      'app_mention',
      'member_joined_channel',
      'member_left_channel',
    );
  });
  ({ workspace, as } = await startTestWorkspace({ botUrl: app.url, manifest: manifest.path }));
  manifest.remove();
  call = slackCaller(workspace.apiUrl);
});
afterAll(async () => {
  await workspace.stop();
  await app.stop();
});

type Event = Readonly<Record<string, unknown>>;

function events(): Event[] {
  return app.heard.flatMap(({ payload }) => (payload.event ? [payload.event as Event] : []));
}

async function heard(fits: (event: Event) => boolean): Promise<Event> {
  const { payload } = await app.next(({ payload: { event } }) => event !== undefined && fits(event as Event));
  const event = payload.event as Event;
  expect(eventKeys[String(event.type)]).toEqual(expect.arrayContaining(Object.keys(event)));
  return event;
}

describe('an app that subscribes to what is said', () => {
  it('hears people and itself where it is a member', async () => {
    await as('lea').say('#agent-ops', 'is anybody here?');
    expect(await heard(({ text }) => text === 'is anybody here?')).toMatchObject({
      type: 'message',
      channel: OPS,
      channel_type: 'channel',
      user: 'U0LEABRANDT',
    });
    await call('chat.postMessage', { channel: OPS, text: 'I am' });
    expect(await heard(({ text }) => text === 'I am')).toMatchObject({ bot_id: 'B0CTRSIGN01', user: BOT });
  });

  it('hears nothing where it is no member, where the scope is missing, and of what one person alone sees', async () => {
    await as('olga').say('#general', 'not for the app');
    await as('kim').say('#warehouse-large', 'private, and there is no groups:history');
    await call('chat.postEphemeral', { channel: OPS, user: 'U0LEABRANDT', text: 'for lea' });
    await as('lea').say('#agent-ops', 'the last of these');
    await heard(({ text }) => text === 'the last of these');
    expect(events().map(({ text }) => text)).toEqual(['is anybody here?', 'I am', 'the last of these']);
  });

  it('hears its name', async () => {
    await as('lea').say('#agent-ops', 'thank you @countersign');
    const { payload } = await app.next(({ payload: { event } }) => (event as Event)?.type === 'app_mention');
    expect(payload.event).toMatchObject({ text: `thank you <@${BOT}>`, channel: OPS, user: 'U0LEABRANDT' });
  });

  it('hears who comes and who goes, once each', async () => {
    for (const verb of ['join', 'join', 'leave'])
      await workspace.control(verb, { channel: '#agent-ops', person: 'gus' });
    const gus = { user: 'U0GUSHALL01', channel: OPS, channel_type: 'C' };
    expect(await heard(({ type }) => type === 'member_joined_channel')).toMatchObject(gus);
    expect(await heard(({ type }) => type === 'member_left_channel')).toMatchObject(gus);
    expect(events().filter(({ type }) => type === 'member_joined_channel')).toHaveLength(1);
  });
});

describe('a step of a workflow', () => {
  it('is sent to the app, which completes it once', async () => {
    const { id } = (await workspace.control('execute_function', {
      callback_id: 'request_approval',
      inputs: { amount: 1250 },
    })) as { id: string };
    const { payload } = await app.next(
      ({ payload: { event } }) => (event as Event)?.type === 'function_executed',
    );
    expect(payload).toMatchObject({
      type: 'event_callback',
      api_app_id: 'A0CTRSIGN01',
      event: {
        function: { callback_id: 'request_approval' },
        inputs: { amount: 1250 },
        function_execution_id: id,
        bot_access_token: testKeys.botToken,
      },
    });
    const complete = { function_execution_id: id, outputs: { approved: true } };
    expect((await call('functions.completeSuccess', complete)).body.ok).toBe(true);
    expect((await call('functions.completeError', { ...complete, error: 'late' })).body.error).toBe(
      'execution_not_in_running_state',
    );
  });
});
