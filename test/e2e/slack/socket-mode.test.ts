import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getProposal } from '../../../src/store/proposals.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';
import { testKeys } from '../../support/start-test-workspace.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice({
    workspace: { socketMode: true, rateLimits: false },
    door: { appToken: testKeys.appToken, signingSecrets: [] },
  });
  await connected();
});
afterAll(() => office.close());

async function connected(): Promise<void> {
  await vi.waitFor(
    () => expect(office.desk.door.health()).toMatchObject({ connected: true, mode: 'socket' }),
    { timeout: 10_000 },
  );
}

describe('Socket Mode', () => {
  it('decides and answers commands without an open port', async () => {
    const lea = office.as('lea');
    const { number, id } = await proposed(office.desk.context);
    await lea.click(await lea.message('#refund-approvals', `#${number} `), 'Approve');
    expect((await getProposal(office.desk.context.database, id)).state).toBe('approved');
    const [answer] = await lea.command('/agent status', '#agent-ops');
    expect(answer && lea.textOf(answer)).toContain('Everything is on');
    const posted = await fetch(`${office.desk.url}/slack/events`, { method: 'POST', body: '{}' });
    expect(posted.status).toBe(404);
  });

  it('comes back at once when Slack refreshes the connection', async () => {
    await office.workspace.control('disconnect', { reason: 'refresh_requested' });
    await expect.poll(() => office.desk.door.health().connected, { timeout: 5_000, interval: 5 }).toBe(false);
    await connected();
    const lea = office.as('lea');
    const [answer] = await lea.command('/agent status', '#agent-ops');
    expect(answer && lea.textOf(answer)).toContain('Everything is on');
  });

  it('comes back after Slack was away, and the process lives on', async () => {
    await office.workspace.control('fault', {
      kind: 'drop_before',
      method: 'apps.connections.open',
      times: 1,
    });
    await office.workspace.control('disconnect', { reason: 'warning' });
    await expect.poll(() => office.desk.door.health().connected, { timeout: 5_000, interval: 5 }).toBe(false);
    await connected();
  });
});
