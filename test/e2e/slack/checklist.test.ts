import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Office, openOffice } from '../../support/slack-office.ts';

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
