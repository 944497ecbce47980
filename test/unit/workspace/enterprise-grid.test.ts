import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acme } from '../../../src/demo/acme.ts';
import { onGrid } from '../../../src/demo/workspace/directory.ts';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { type ListeningApp, startListeningApp } from '../../support/listening-app.ts';
import { startTestWorkspace } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';
import { gridKeys, innerKeys, sampleKeys } from '../data/slack-payload-keys.ts';

const enterprise = { id: 'E0ACMEGROUP', name: 'Acme Group' };
let workspace: Workspace;
let as: (handle: string) => WorkspacePerson;
let app: ListeningApp;
let call: CallSlack;

beforeAll(async () => {
  app = await startListeningApp();
  ({ workspace, as } = await startTestWorkspace({ botUrl: app.url, directory: onGrid(acme, enterprise) }));
  call = slackCaller(workspace.apiUrl);
});
afterAll(async () => {
  await workspace.stop();
  await app.stop();
});

const keysOf = (value: unknown) => Object.keys(value ?? {}).sort();

describe('a workspace of an organisation on Enterprise Grid', () => {
  it('names the organisation in an action, and people by their W ids', async () => {
    const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } };
    const blocks = [{ type: 'actions', elements: [button] }];
    await call('chat.postMessage', { channel: 'C0AGENTOPS1', text: 'a card', blocks });
    const lea = as('lea');
    await lea.click(await lea.message('#agent-ops', 'Go'), 'Go');
    const { payload } = await app.next(({ payload: { type } }) => type === 'block_actions');
    expect(keysOf(payload)).toEqual(sampleKeys.messageAction);
    expect(keysOf(payload.team)).toEqual(innerKeys.team);
    expect(payload).toMatchObject({
      enterprise,
      is_enterprise_install: false,
      team: { enterprise_id: enterprise.id, enterprise_name: enterprise.name },
      user: { id: 'W0LEABRANDT', team_id: 'T0ACMECORP1' },
    });
  });

  it('names it in a command and in an event', async () => {
    await as('lea').say('#agent-ops', '/agent delegate @dana');
    const { payload } = await app.next(({ payload: { command } }) => command === '/agent');
    expect(keysOf(payload)).toEqual([...sampleKeys.slashCommand, ...gridKeys.slashCommand].sort());
    expect(payload).toMatchObject({ text: 'delegate <@W0DANAWHITF|dana>', enterprise_id: enterprise.id });
    await as('lea').act({ act: 'open_home', as: 'lea', tab: 'home' });
    const { payload: event } = await app.next(({ payload: { type } }) => type === 'event_callback');
    expect(keysOf(event)).toEqual([...sampleKeys.eventCallback, ...gridKeys.eventCallback].sort());
    expect(event).toMatchObject({
      enterprise_id: enterprise.id,
      authorizations: [{ enterprise_id: enterprise.id, is_enterprise_install: false }],
    });
  });

  it('says so in the Web API, and opens a conversation for a W id', async () => {
    expect((await call('auth.test')).body).toMatchObject({ enterprise_id: enterprise.id });
    expect((await call('users.info', { user: 'W0LEABRANDT' })).body.user).toMatchObject({
      enterprise_user: { id: 'W0LEABRANDT', enterprise_id: enterprise.id, teams: ['T0ACMECORP1'] },
    });
    const { body } = await call('chat.postMessage', { channel: 'W0LEABRANDT', text: 'for you' });
    expect(body.channel).toMatch(/^D/);
    await as('lea').message('@countersign', 'for you');
  });
});
