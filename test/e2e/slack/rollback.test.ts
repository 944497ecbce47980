import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { readSwitches } from '../../../src/store/switches.ts';
import { GROUPS, member, proposed } from '../../support/desk.ts';
import { LOST, refundLedger } from '../../support/refund-ledger.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const HERE = '#agent-ops';
const BOT = '@countersign';
const ledger = refundLedger();
let office: Office;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false }, connector: ledger });
});
afterAll(() => office.close());

async function refunded(account: string): Promise<string> {
  const { context } = office.desk;
  const proposal = await proposed(context, { account });
  const person = await member(context, 'ULEA', 'lea@acme.test');
  const { id, digest } = proposal;
  const deciding = { proposalId: id, digest: digest ?? '', reason: null, person, groups: GROUPS };
  await decide(context, { ...deciding, verdict: 'approved' });
  await executeDue(context, 10);
  return id;
}

async function said(handle: string, command: string): Promise<string> {
  const person = office.as(handle);
  const answer = (await person.command(command, HERE)).find(({ ephemeral }) => ephemeral);
  return answer ? person.textOf(answer) : '';
}

describe('/agent rollback', () => {
  it('is an operator’s, and says what it did not understand', async () => {
    expect(await said('lea', '/agent rollback 24h')).toContain('You may not roll back');
    expect(await said('lee', '/agent rollback')).toContain('Say what and since when');
    expect(await said('lee', '/agent rollback biling 24h')).toContain('Did you mean billing?');
    expect(await said('lee', '/agent rollback yesterday')).toContain('say since yesterday');
  });

  it('plans, is confirmed by another operator in alerts, shows how it goes there, and reports', async () => {
    const kept = await refunded('4471');
    const edited = await refunded('5522');
    ledger.edit('re_2', { state: 'settled' });
    const [lee, pat] = [office.as('lee'), office.as('pat')];
    expect(await said('lee', '/agent rollback refund-agent 24h')).toContain('1 of 2 can be undone');
    const plan = await pat.message(HERE, /Rollback 1: refund-agent/);
    expect(pat.textOf(plan)).toContain('somebody has changed it since: state');
    expect(pat.textOf(plan)).toContain('$1,250.00');
    expect(pat.textOf(plan)).toMatch(/2 writes in all.*countersign rollback --show [0-9a-f-]{36}/s);
    await office.as('lea').click(plan, 'Full plan');
    await office.as('lea').message(HERE, /You may not roll back/);
    await lee.click(plan, 'Full plan');
    await lee.message(HERE, /All 2 of rollback 1 are in your direct messages/);
    const [file] = (await lee.messages(BOT)).flatMap((message) => message.files);
    const csv = await (await fetch(file?.url ?? '')).text();
    expect(csv).toMatch(/^\ufeff?number,account,system,.*\r\n/);
    expect(csv).toMatch(/,4471,billing,refund-agent,.*,1250\.00,USD,people,undo,,planned,\r\n/);
    expect(csv).toMatch(/,5522,.*,changed,somebody has changed it since: state,left,\r\n/);
    await lee.click(plan, 'Roll back');
    await lee.message(HERE, /You asked for this plan yourself/);
    expect((await readSwitches(office.desk.context.database)).off).toEqual({});

    await pat.click(plan, 'Roll back');
    await pat.message(HERE, /Off: refund-agent/);
    await pat.waitFor(async () => pat.textOf(await pat.reread(plan)).includes('0 of 1'), 'the bar to stand');
    await pat.waitFor(async () => (await executeDue(office.desk.context, 10)) > 0, 'the undoing to be due');
    await pat.waitFor(
      async () => pat.textOf(await pat.reread(plan)).includes('Done.'),
      'the plan to be done',
    );
    const report = pat.textOf(await pat.message(HERE, /Rollback 1 is done/));
    expect(report).toContain('1 write undone, $1,250.00');
    expect(report).toContain('@billing-oncall, for account 4471');
    expect(ledger.voided.map(({ id }) => id)).toEqual(['re_1']);
    const { database } = office.desk.context;
    expect((await getProposal(database, kept)).state).toBe('rolled_back');
    expect((await getProposal(database, edited)).state).toBe('executed');
  });

  it('pages for an undoing that may have happened, and takes one person’s word for it by a button', async () => {
    const { context } = office.desk;
    await said('lee', '/agent enable refund-agent');
    const id = await refunded('6633');
    const { number } = await getProposal(context.database, id);
    const [lee, pat] = [office.as('lee'), office.as('pat')];
    expect(await said('lee', `/agent rollback ${number}`)).toContain('1 of 1 can be undone');
    const plan = await pat.message(HERE, new RegExp(`Rollback \\d+: #${number}`));
    await pat.click(plan, 'Roll back');
    ledger.answers.push(LOST, { kind: 'answered', status: 422, body: null, retryAfterMs: undefined });
    const owner = postgres(office.database.url, { max: 1 });
    await pat.waitFor(async () => {
      await owner`update execution set next_attempt_at = clock_timestamp(), lease_until = clock_timestamp() - interval '1 s'
        where kind = 'compensate' and state = 'started'`;
      await executeDue(context, 10);
      return (await getProposal(context.database, id)).undoing?.state === 'unknown';
    }, 'the undoing to be unknown');
    await owner.end();
    const page = await lee.message(HERE, new RegExp(`#${number} may have been undone`));
    await lee.message(
      HERE,
      /Rollback 2 is done[\s\S]*We are finding out whether #\d+ \(\$1,250\.00\) was reversed/,
    );
    await lee.click(page, 'It was undone');
    await lee.message(HERE, new RegExp(`looked: #${number} is recorded as undone`));
    expect((await getProposal(context.database, id)).state).toBe('rolled_back');
    await lee.message(HERE, /Rollback 2 is done[\s\S]*1 write undone, \$1,250\.00, and nothing was left/);
  });
});
