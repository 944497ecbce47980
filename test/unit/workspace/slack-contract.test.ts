import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { slackCaller } from '../../support/call-slack.ts';
import { slackContract } from '../../support/slack-contract.ts';
import { startTestWorkspace } from '../../support/start-test-workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  ({ workspace } = await startTestWorkspace({ rateLimits: false }));
});
afterAll(() => workspace.stop());

describe('the contract with Slack', () => {
  it.each(slackContract.map(({ title, run }) => ({ title, run })))('$title', async ({ run }) => {
    await run({ call: slackCaller(workspace.apiUrl), channel: 'C0AGENTOPS1', user: 'U0LEABRANDT' });
  });
});
