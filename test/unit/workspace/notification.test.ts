import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotificationPreview } from '../../../src/demo/workspace/protocol.ts';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { startTestWorkspace } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';

let workspace: Workspace;
let as: (handle: string) => WorkspacePerson;
let call: CallSlack;
beforeAll(async () => {
  ({ workspace, as } = await startTestWorkspace({ rateLimits: false }));
  call = slackCaller(workspace.apiUrl);
});
afterAll(() => workspace.stop());

const channel = 'C0AGENTOPS1';

/** What Lea is notified of when this is posted. */
async function notified(message: Record<string, unknown>): Promise<NotificationPreview> {
  const cancel = new AbortController();
  try {
    for await (const event of as('lea').events(cancel.signal)) {
      if (event.event === 'ready') void call('chat.postMessage', { channel, ...message });
      if (event.event === 'notification') return event.notification;
    }
  } finally {
    cancel.abort();
  }
  throw new Error('the stream ended');
}

const richText = {
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_section',
      elements: [
        { type: 'text', text: 'owned by ' },
        { type: 'user', user_id: 'U0SAMREYES1' },
        { type: 'text', text: '), <!channel>' },
      ],
    },
  ],
};

describe('a notification', () => {
  it('takes its words from the blocks on a desktop, and from the text on a phone', async () => {
    const header = { type: 'header', text: { type: 'plain_text', text: '$1,250.00' } };
    expect(await notified({ text: 'a refund', blocks: [header, richText] })).toMatchObject({
      title: 'Countersign in #agent-ops',
      desktop: '$1,250.00 owned by <@U0SAMREYES1>), &lt;!channel&gt;',
      mobile: 'a refund',
    });
  });

  it('without text has no preview on a phone, in Slack’s words', async () => {
    expect(await notified({ blocks: [richText] })).toMatchObject({ mobile: 'Unable to show preview' });
  });
});
