import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotProcess, startBotProcess } from '../../support/bot-process.ts';
import { type Company, openCompany } from '../../support/company.ts';
import { ask, refund } from '../../support/door.ts';
import { memoryHolds } from '../../support/memory-of.ts';

const TOKEN = 'billing-token-of-the-queue-alone-0001';

let company: Company;
let gate: BotProcess;
let writer: BotProcess;
beforeAll(async () => {
  company = await openCompany({ accounts: ['4471', '4472', '4480'] });
  gate = await company.startBot({}, 'gate');
  writer = await company.startBot({}, 'writer');
});
afterAll(() => company?.close());

describe('a gate and a writer', () => {
  it('do together what one process does: judged, approved, written', async () => {
    const { body } = await ask(gate, '/v1/proposals?wait=30', {
      body: refund({ account: '4471', amount: '900.00' }),
    });
    expect(body.state).toBe('pending');
    const lea = company.as('lea');
    await lea.click(await company.card(body.number), 'Approve');
    const { body: after } = await ask(gate, `/v1/proposals/${body.number}?wait=30&until=settled`);
    expect(after.state).toBe('executed');
    expect(await company.refunds('4471')).toEqual([
      { amount: '900.00', key: await company.keyOf(body.number) },
    ]);
    // The system of record says no through the writer too.
    const { body: blocked } = await ask(gate, '/v1/proposals?wait=30', {
      body: { ...refund({}), input: { account: '4471', invoice: 'inv_13', amount: '20.00' } },
    });
    expect(blocked).toMatchObject({ state: 'blocked', blocked: 'Invoice inv_13 is not paid' });
  });

  it('share no credential: the gate never had it, in its environment or its memory', () => {
    expect(memoryHolds(writer.pid, TOKEN), 'the search sees what is there').toBe(true);
    expect(memoryHolds(gate.pid, TOKEN)).toBe(false);
    expect(readFileSync(`/proc/${writer.pid}/environ`, 'latin1')).toContain(TOKEN);
    expect(readFileSync(`/proc/${gate.pid}/environ`, 'latin1')).not.toContain(TOKEN);
  });

  it('leave what was approved as it is while there is no writer, and what is asked waits', async () => {
    await writer.kill('SIGKILL');
    const { body } = await ask(gate, '/v1/proposals?wait=1', {
      body: refund({ account: '4472', amount: '20.00' }),
    });
    expect(body.state).toBe('received');
    expect(await company.refunds('4472')).toEqual([]);
    writer = await company.startBot({}, 'writer');
    const { body: after } = await ask(gate, `/v1/proposals/${body.number}?wait=40&until=settled`);
    expect(after.state).toBe('executed');
    expect(await company.refunds('4472')).toHaveLength(1);
  });

  it('part their rights in the database: who writes decides, switches and confirms nothing', async () => {
    const sql = postgres(company.databaseUrl, {
      max: 1,
      onnotice: () => {},
      connection: { role: 'countersign_writer' },
    });
    const { body } = await ask(gate, '/v1/proposals?wait=30', {
      body: refund({ account: '4480', amount: '900.00' }),
    });
    const [row] = await sql<{ id: string; version: number }[]>`
      select id, version from proposal where number = ${Number(body.number)}`;
    const decision = { principal_kind: 'person', kind: 'approve', stage: 'approve', verdict: 'approved' };
    const change = { ...row, set: { state: 'approved' }, decision, outcome: {}, events: [] };
    const acts = [
      sql`select apply_changes(${sql.json([change])})`,
      sql`select apply_writer_changes(${sql.json([change])})`,
      sql`select apply_writer_changes(${sql.json([{ ...row, set: { state: 'approved' }, execute: true, events: [] }])})`,
      sql`select receive_proposals('[]')`,
      sql`select switch_on('all', '{}', null)`,
      sql`select switch_off('all', '{}', null)`,
      sql`select confirm_rollback(gen_random_uuid(), '', '{}', 0)`,
      sql`select identify('slack:T1/U1', 'email:dana@acme.test', 'dana')`,
      sql`select record_events('x', '[]')`,
      sql`update proposal set state = 'approved'`,
      sql`insert into decision select * from decision`,
    ];
    const refused = await Promise.allSettled(acts);
    expect(refused.map((each) => each.status === 'rejected' && each.reason.code)).toEqual(
      acts.map(() => '42501'),
    );
    await sql.end();
  });

  it('are told apart at their doors, and end in time', async () => {
    expect((await fetch(`${writer.url}/v1/proposals`)).status).toBe(404);
    expect(await writer.readiness()).toBe(200);
    expect([...gate.errors(), ...writer.errors()]).toEqual([]);
    for (const each of [gate, writer]) expect(await each.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('a gate that is given the credential all the same says so', async () => {
    const careless = await startBotProcess({ ...company.env('gate'), BILLING_TOKEN: TOKEN }, [
      '--role',
      'gate',
    ]);
    await careless.logged('gate.holds_a_credential');
    await careless.kill('SIGKILL');
  });
});
