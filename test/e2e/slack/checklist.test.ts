import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ENV, testManifests } from '../../support/context.ts';
import { freshDatabase } from '../../support/database.ts';
import { runCountersign } from '../../support/run-countersign.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';
import { testKeys } from '../../support/start-test-workspace.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
});
afterAll(() => office.close());

async function said(handle: string, command: string, where = '#agent-ops'): Promise<string> {
  const person = office.as(handle);
  const answer = (await person.command(command, where)).find(({ ephemeral }) => ephemeral);
  return answer ? person.textOf(answer) : '';
}

describe('/agent checklist', () => {
  it('says red or green of each line with its evidence, to members', async () => {
    const list = await said('olga', '/agent checklist');
    expect(list).toContain('❌ Red: Rollback drilled: billing: no drill is on record');
    expect(list).toMatch(/✅ Audit answered in under 60 s: an account's took \d+ ms just now/);
    expect(list).toContain('✅ The bot is in every channel: Slack says so');
    expect(list).toContain('✅ Everybody who is named is there');
    expect(list).toMatch(
      /✅ Enough people for every decision: .*refunds \(in 500.00–5000.00\): 2 may approve/,
    );
    expect(list).toMatch(/❌ Red: Somebody decides on a Saturday at 03:00: .*Lea Brandt is the first/);
    expect(list).toContain('❌ Red: Application role');
    expect(await said('gus', '/agent checklist', '#refund-approvals')).not.toContain('Rollback drilled');
  });

  it('takes an operator’s recorded word for more than one of each in the first 30 days', async () => {
    const what = 'One workflow, system and approver in the first 30 days';
    expect(await said('olga', '/agent checklist')).toContain(`❌ Red: ${what}`);
    expect(await said('olga', '/agent override first-30-days because I like it')).toContain(
      'Nothing was changed',
    );
    expect(await said('lee', '/agent override first-30-days')).toContain('Say why');
    expect(await said('lee', '/agent override first-30-days because both teams asked')).toContain('Recorded');
    expect(await said('olga', '/agent checklist')).toMatch(
      new RegExp(`✅ ${what}.*because both teams asked`),
    );
  });
});

describe('the checklist of what Slack knows', () => {
  it('names who left, who is a guest, which group is not there, and what nobody could decide', async () => {
    const manifests = testManifests(TEST_ENV, (files) => ({
      ...files,
      'workflows/refunds.yml': (files['workflows/refunds.yml'] ?? '')
        .replace('approvers: ["@support-leads"]', 'approvers: ["@nobody-leads"]')
        .replace('approvers: [dana@acme.test]', 'approvers: [U0GUSHALL01, U0DEEMOSS01, dee@acme.test]')
        .replace('#refund-approvals', '#general'),
    }));
    const other = await openOffice({ manifests, workspace: { rateLimits: false } });
    try {
      const olga = other.as('olga');
      const answer = (await olga.command('/agent checklist', '#agent-ops')).find(
        ({ ephemeral }) => ephemeral,
      );
      const list = answer ? olga.textOf(answer) : '';
      for (const red of [
        '@nobody-leads is empty, or there is no such group',
        'U0GUSHALL01 is a guest, who decides nothing',
        'U0DEEMOSS01 is deactivated',
        'dee@acme.test is no member whom Slack knows: they left, or the name is wrong',
        'refunds (in 500.00–5000.00): nobody may approve',
        'refunds (above 5000.00): nobody may approve',
        'Red: The bot is in every channel: not in #general',
      ])
        expect(list).toContain(red);
    } finally {
      await other.close();
    }
  });

  it('is the same in a shell that has the bot’s token, and is not guessed without', async () => {
    const db = await freshDatabase();
    const env = { ...TEST_ENV, DATABASE_URL: db.url };
    const slack = { SLACK_BOT_TOKEN: testKeys.botToken, SLACK_API_URL: office.workspace.apiUrl };
    const withSlack = (await runCountersign(['checklist'], { ...env, ...slack })).stdout;
    expect(withSlack).toMatch(/^green {3}The bot is in every channel/m);
    expect(withSlack).toMatch(/^green {3}Everybody who is named is there/m);
    expect(withSlack).toMatch(/^red {5}Somebody decides on a Saturday at 03:00/m);
    const wrong = await runCountersign(['checklist'], {
      ...env,
      ...slack,
      SLACK_BOT_TOKEN: 'xoxb-of-nobody',
    });
    expect(wrong.stdout).toMatch(/^unasked Everybody who is named is there: Slack was not asked/m);
    await db.drop();
  });
});
