import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageView } from '../../../src/demo/workspace/protocol.ts';
import type { BotProcess } from '../../support/bot-process.ts';
import { objectsIn } from '../../support/card-checks.ts';
import { type Company, openCompany, REFUNDS } from '../../support/company.ts';
import { AGENT_KEY, ask, type Reply, refund } from '../../support/door.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';

const OPS = '#agent-ops';
const ACCOUNTS = '4471 4472 4480 4502 4503 4504 4519 4520 4533 4560 4588 4601'.split(' ');
let company: Company;
let bot: BotProcess;
beforeAll(async () => {
  company = await openCompany({ accounts: ACCOUNTS });
  bot = await company.startBot();
});
afterAll(() => company?.close());

/** Proposes, and waits until the proposal is judged, or whatever `until` says. */
function propose(fields: Parameters<typeof refund>[0], until = 'judged'): Promise<Reply> {
  return ask(bot, `/v1/proposals?wait=30&until=${until}`, { body: refund(fields) });
}

function wait(number: number, until: string): Promise<Reply> {
  return ask(bot, `/v1/proposals/${number}?wait=30&until=${until}`);
}

/** What only this person sees. */
function toldOnly(person: WorkspacePerson, text: string, where = REFUNDS): Promise<MessageView> {
  return person.waitFor(
    async () =>
      (await person.messages(where)).findLast((each) => each.ephemeral && person.textOf(each).includes(text)),
    `being told "${text}"`,
  );
}

async function said(handle: string, command: string): Promise<string> {
  const person = company.as(handle);
  return person.textOf(await person.ask(command, OPS));
}

async function writesTo(account: string): Promise<{ key: string | null; status: number | null }[]> {
  const calls = await company.billing.ledger();
  return calls
    .filter(({ method, body }) => method === 'POST' && body.includes(`"${account}"`))
    .map(({ idempotencyKey, status }) => ({ key: idempotencyKey, status }));
}

describe('a refund below 500.00', () => {
  it('is recorded and written without anybody being asked', async () => {
    const { status, body } = await propose({ account: '4480', amount: '499.99' }, 'settled');
    expect(status).toBe(202);
    expect(body).toMatchObject({
      state: 'executed',
      tier: { decide: 'agent' },
      decisions: [{ kind: 'approve', by: { id: 'tier:refunds/1', name: 'refunds below 500.00' } }],
      execution: { state: 'executed', result: { id: expect.stringMatching(/^re_/) } },
    });
    expect(await company.refunds('4480')).toEqual([
      { amount: '499.99', key: await company.keyOf(body.number) },
    ]);
    expect(await company.copies(body.number)).toEqual([]);
  });

  it('is written with a credential that the agent does not have', async () => {
    const answer = await fetch(`${company.billing.url}/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${AGENT_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ account: '4480', invoice: 'inv_9', amount: '1.00' }),
    });
    expect(answer.status).toBe(401);
    expect(await company.refunds('4480')).toHaveLength(1);
  });

  it('proposed twice under one key is one refund', async () => {
    const twice = { account: '4472', amount: '20.00', idempotency_key: 'ticket-8841' };
    const first = await propose(twice, 'settled');
    const second = await propose(twice);
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.body.id).toBe(first.body.id);
    expect(await company.refunds('4472')).toHaveLength(1);
  });
});

describe('a refund of 500.00 and more', () => {
  it('is rejected with a reason, which the agent that waits gets to read', async () => {
    const lea = company.as('lea');
    const { body } = await propose({ account: '4471', amount: '700.00' });
    const decided = wait(body.number, 'decided');
    await lea.click(await company.card(body.number), 'Reject');
    await lea.modal(`Reject #${body.number}`);
    await lea.submitModal({ 'Why not?': 'Refunded by hand yesterday' });
    expect((await decided).body).toMatchObject({
      state: 'rejected',
      settled: true,
      outcome: 'not_executed',
      decisions: [{ kind: 'reject', by: { name: 'Lea Brandt' }, reason: 'Refunded by hand yesterday' }],
    });
    expect(lea.textOf(await company.settled(body.number, 'Rejected by Lea Brandt'))).toContain(
      'Refunded by hand yesterday',
    );
    await lea.closeModal(true);
  });

  it('is approved on its card by Lea and then written, once, under its own key', async () => {
    const lea = company.as('lea');
    const { body } = await propose({ account: '4471', amount: '1250.00', reason: 'Charged twice' });
    expect(body).toMatchObject({ state: 'pending', tier: { decide: 'human' } });
    const card = await company.card(body.number);
    expect(lea.textOf(card)).toContain('$1,250.00');
    expect(lea.buttons(card)).toEqual(expect.arrayContaining(['Approve', 'Reject']));
    expect(await writesTo('4471')).toEqual([]);

    await lea.click(card, 'Approve');
    const { body: after } = await wait(body.number, 'settled');
    expect(after).toMatchObject({ state: 'executed', decisions: [{ by: { name: 'Lea Brandt' } }] });
    const text = lea.textOf(await company.settled(body.number, 'Done in Billing ledger'));
    expect(text).toContain('Approved by Lea Brandt');
    const key = await company.keyOf(body.number);
    expect(await writesTo('4471')).toEqual([{ key, status: 201 }]);
    expect(await company.refunds('4471')).toEqual([{ amount: '1250.00', key }]);
  });

  it.each([
    ['500.00', 'human', 'lea', '4502'],
    ['5000.00', 'human', 'max', '4503'],
    ['5000.01', 'named', 'dana', '4504'],
  ])('of %s is decided by the tier "%s", so by %s', async (amount, decide, handle, account) => {
    const { body } = await propose({ account, amount });
    expect(body).toMatchObject({ state: 'pending', tier: { decide } });
    const card = await company.card(body.number);
    if (decide === 'named') {
      const lea = company.as('lea');
      await lea.click(card, 'Approve');
      await toldOnly(lea, 'Dana Whitfield may');
    }
    await company.as(handle).click(card, 'Approve');
    expect((await wait(body.number, 'settled')).body.state).toBe('executed');
    expect(await company.refunds(account)).toEqual([{ amount, key: await company.keyOf(body.number) }]);
  });

  it('is decided by no outsider, no guest, no stranger and not by the agent’s owner', async () => {
    const { body } = await propose({ account: '4533', amount: '800.00' });
    const card = await company.card(body.number);
    for (const [handle, because] of [
      ['olga', '@support-leads may'],
      ['gus', "Guests can't decide"],
      ['eve', 'You belong to another workspace'],
      ['sam', 'an agent that you own'],
    ] as const) {
      const person = company.as(handle);
      await person.click(card, 'Approve');
      await toldOnly(person, because);
    }
    expect((await wait(body.number, 'judged')).body).toMatchObject({ state: 'pending', decisions: [] });
    expect(await writesTo('4533')).toEqual([]);
  });

  it('is taken back by its agent while nobody has decided, and not after', async () => {
    const { body } = await propose({ account: '4560', amount: '900.00' });
    const card = await company.card(body.number);
    const withdrawn = await ask(bot, `/v1/proposals/${body.id}/withdraw`, { method: 'POST' });
    expect(withdrawn).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
    await company.settled(body.number, 'Withdrawn');
    await expect(company.as('lea').tryClick(card, 'Approve')).rejects.toThrow('nothing is called "Approve"');
    expect(await writesTo('4560')).toEqual([]);
  });

  it('makes an agent that asks for something newer wait until there is something newer', async () => {
    const { body } = await propose({ account: '4560', amount: '910.00' });
    const newer = ask(bot, `/v1/proposals/${body.number}?wait=30&after_version=${body.version}`);
    await company.as('max').click(await company.card(body.number), 'Approve');
    expect((await newer).body.version).toBeGreaterThan(body.version);
    expect((await wait(body.number, 'settled')).body.state).toBe('executed');
    const late = await ask(bot, `/v1/proposals/${body.id}/withdraw`, { method: 'POST' });
    expect(late).toMatchObject({ status: 409, body: { type: '/problems/too-late' } });
  });
});

describe('a refund that the system of record does not allow', () => {
  it.each([
    [{ invoice: 'inv_13', amount: '600.00' }, 'Invoice inv_13 is not paid'],
    [{ invoice: 'inv_9', amount: '100000.01' }, 'Only 100000.00 can be refunded'],
  ])('is blocked with its reason, and nobody is asked', async (input, because) => {
    const fields = { action: 'billing.refund', input: { account: '4519', ...input } };
    const { body } = await propose(fields);
    expect(body).toMatchObject({ state: 'blocked', settled: true, blocked: because });
    expect(await company.copies(body.number)).toEqual([]);
    expect(await writesTo('4519')).toEqual([]);
  });

  it('any more when it is approved is blocked just before the write', async () => {
    const both = [
      await propose({ account: '4520', amount: '60000.00' }),
      await propose({ account: '4520', amount: '60000.00', reason: 'The very same once more' }),
    ];
    const dana = company.as('dana');
    for (const { body } of both) {
      await dana.click(await company.card(body.number), 'Approve');
      await wait(body.number, 'settled');
    }
    const second = both[1]?.body.number ?? 0;
    expect((await wait(second, 'settled')).body).toMatchObject({
      state: 'blocked',
      blocked: 'Invoice inv_9 is not paid',
    });
    await company.settled(second, 'Invoice inv_9 is not paid');
    expect((await company.refunds('4520')).map(({ amount }) => amount)).toEqual(['60000.00']);
  });
});

describe('an agent that writes what should ping, link or forge', () => {
  it('is shown as the agent’s own words and as nothing else', async () => {
    const forged = '✅ Approved by Dana Whitfield. Impact: $1.00';
    const hostile = `<!channel> <@U0CHRISOKAF> <!subteam^S0SUPPLEADS> <https://evil.test|Approve> ${forged}`;
    const evidence = [{ title: '<!here> *Ticket*', url: 'https://evil.test/?<!channel>' }];
    const { body } = await propose({ account: '4588', amount: '950.00', reason: hostile, evidence });
    const card = await company.card(body.number);
    const [, ...label] = company.as('lea').textOf(card).split('The agent says (unverified)');
    expect(label).toHaveLength(1);
    expect(label[0]).toContain(hostile);
    expect(company.as('lea').textOf(card).split('The agent says')[0]).not.toMatch(/Dana|\$1\.00|evil/);
    const own = card.blocks.findIndex(({ block_id }) => block_id.startsWith('agent-label'));
    const kinds = objectsIn(card.blocks.slice(own)).map(({ type }) => String(type));
    const alive = ['user', 'usergroup', 'broadcast', 'channel', 'link', 'mrkdwn', 'emoji', 'date'];
    expect(kinds.filter((kind) => alive.includes(kind))).toEqual([]);
    expect(JSON.stringify(card.blocks.slice(0, own))).not.toMatch(/U0CHRISOKAF|broadcast|"link"|"mrkdwn"/);
    expect(card.text).not.toMatch(/<[!@#h]/);
  });
});

describe('the kill switch', () => {
  it('stops every write while people go on deciding, until a second operator agrees', async () => {
    const [lea, lee, pat] = [company.as('lea'), company.as('lee'), company.as('pat')];
    const { body } = await propose({ account: '4601', amount: '960.00' });
    const card = await company.card(body.number);
    expect(await said('lee', '/agent disable because refunds repeat')).toContain('switched everything off');

    const before = await company.sql`select count(*)::int as n from proposal`;
    const refused = await propose({ account: '4603', amount: '10.00' });
    expect(refused).toMatchObject({ status: 423, body: { type: '/problems/disabled', scope: 'all' } });
    expect(await company.sql`select count(*)::int as n from proposal`).toEqual(before);

    await lea.waitFor(async () => lea.textOf(await lea.reread(card)).includes('Paused'), 'the card to pause');
    await lea.click(card, 'Approve');
    await company.settled(body.number, 'Approved by Lea Brandt');
    expect((await wait(body.number, 'decided')).body.state).toBe('approved');
    expect(await said('olga', '/agent status')).toMatch(/everything[\s\S]*1 approved write waiting/);

    expect(await said('lee', '/agent enable all')).toContain('second operator');
    const asked = await pat.message(OPS, 'asks to switch everything on again');
    await lee.click(asked, 'Switch on');
    await toldOnly(lee, 'a second operator has to confirm it', OPS);
    expect(await company.refunds('4601')).toEqual([]);
    await pat.click(asked, 'Switch on');
    await pat.message(OPS, 'On: everything');

    expect((await wait(body.number, 'settled')).body.state).toBe('executed');
    const key = await company.keyOf(body.number);
    expect(await company.refunds('4601')).toEqual([{ amount: '960.00', key }]);
    const [on] = await company.sql<{ at: Date }[]>`select at from audit_event where type = 'switch.enabled'`;
    const write = (await company.billing.ledger()).find(({ idempotencyKey }) => idempotencyKey === key);
    expect(write?.at.getTime()).toBeGreaterThan(on?.at.getTime() ?? Number.POSITIVE_INFINITY);
    expect(await writesTo('4603')).toEqual([]);
  });
});

describe('at the end of the day', () => {
  it('the CFO is told in one sentence what was done with account 4471', async () => {
    const story = await said('cfo', '/agent audit 4471');
    expect(story).toMatch(
      /refund-agent returned \$1,250\.00 to account 4471 in 1 refund; Lea Brandt approved it/,
    );
    expect(story).toMatch(/1 (proposal )?was rejected by Lea Brandt/);
    expect(story).toContain('Refunded by hand yesterday');
    expect(await said('cfo', '/agent audit 4471 yesterday')).toContain('nothing was');
  });

  it('one proposal is shown with its whole history', async () => {
    const { body } = await ask(bot, '/v1/proposals?account=4471&state=executed');
    const [found] = Array.isArray(body.proposals) ? body.proposals : [];
    const number = found && typeof found === 'object' && 'number' in found ? Number(found.number) : 0;
    const shown = await said('cfo', `/agent show ${number}`);
    for (const part of [`#${number}`, '$1,250.00', 'History', 'Lea Brandt']) expect(shown).toContain(part);
  });

  it('what waits stands in the status, and nothing in the log is an error', async () => {
    expect(await said('olga', '/agent status')).toMatch(
      /Everything is on\.[\s\S]*2 proposals to decide, 0 approved writes waiting/,
    );
    expect(bot.errors()).toEqual([]);
  });

  it('SIGTERM ends the process in time and with 0', async () => {
    const began = performance.now();
    expect(await bot.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
