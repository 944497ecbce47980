import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { describeEvent } from '../../../src/domain/audit-line.ts';
import { confirmRollback } from '../../../src/lifecycle/confirm-rollback.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { planRollback } from '../../../src/lifecycle/plan-rollback.ts';
import { disable, enable } from '../../../src/lifecycle/switch.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { beginExecution, claimExecutions } from '../../../src/store/executions.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { readSwitches } from '../../../src/store/switches.ts';
import { GROUPS, member, proposed } from '../../support/desk.ts';
import { LOST } from '../../support/refund-ledger.ts';
import {
  another,
  confirmed,
  context,
  dana,
  db,
  everything,
  ledger,
  pat,
  planned,
  refunded,
  seen,
  timePasses,
  workOff,
} from '../../support/rollback-desk.ts';

const states = (rollback: Awaited<ReturnType<typeof seen>>) => rollback.items.map((item) => item.state);

describe('a plan', () => {
  it('says of every write what can be undone, what not and why, and undoes nothing', async () => {
    const kept = await refunded({ account: '1' });
    const edited = await refunded({ account: '2' });
    ledger.edit('re_2', { state: 'settled' });
    const plan = await planned();
    expect(plan).toMatchObject({ state: 'planned', switch: 'all', confirmedBy: null });
    expect(plan.items.map(({ number, class: is, byHuman }) => ({ number, is, byHuman }))).toEqual([
      { number: edited.number, is: 'changed', byHuman: true },
      { number: kept.number, is: 'undo', byHuman: true },
    ]);
    expect(plan.items[0]).toMatchObject({
      why: 'somebody has changed it since: state',
      diff: { state: { ours: 'posted', now: 'settled' } },
    });
    expect(await executeDue(context, 10)).toBe(0);
    expect(ledger.voided).toEqual([]);
    expect((await readSwitches(context.database)).off).toEqual({});
  });

  it('names what is irreversible with why, and what is unknown, to be resolved first', async () => {
    const other = await another('other', (text) =>
      text
        .replace(/^ {2}idempotency:.*\n/m, '')
        .replace(/^ {4}find:[\s\S]*?(?=^ {4}\w)/m, '')
        .replace(/^ {4}undo:[\s\S]*?(?=^ {2}\w|(?![\s\S]))/m, '    irreversible: it is gone\n'),
    );
    await refunded({ account: '1' }, other);
    ledger.answers.push(LOST);
    const lost = await refunded({ account: '2' }, other);
    expect(lost.state).toBe('unknown');
    const plan = await planned();
    expect(plan.items.map((item) => [item.class, item.why])).toEqual([
      ['unknown', 'nobody knows whether it happened: resolve it first'],
      ['irreversible', 'it is gone'],
    ]);
    expect(await confirmRollback(context, { ...plan, person: await pat(), groups: GROUPS })).toMatchObject({
      outcome: 'refused',
    });
    await other.close();
  });

  it('counts as irreversible what could be undone for a time that is over', async () => {
    const timed = await another('timed', (text) =>
      text.replace('    undo:\n      read:', '    undo:\n      within: 1h\n      read:'),
    );
    const { id } = await refunded({ account: '1' }, timed);
    expect((await planned()).items.map((item) => item.class)).toEqual(['undo']);
    const plan = await planned();
    await confirmed(plan);
    const owner = postgres(db.url, { max: 1 });
    await owner`update execution set finished_at = finished_at - interval '2 hours' where proposal_id = ${id} and kind = 'forward'`;
    await owner.end();
    // Confirmed in time, and come to too late.
    expect((await workOff(plan.id)).items).toMatchObject([
      { state: 'failed', why: expect.stringContaining('it could be undone for 1 hour') },
    ]);
    expect(ledger.voided).toEqual([]);
    expect((await planned()).items).toMatchObject([
      { class: 'irreversible', why: expect.stringContaining('it could be undone for 1 hour') },
    ]);
    await timed.close();
  });

  it('is of one account, one agent or one proposal where that is asked, and suggests what was meant', async () => {
    const one = await refunded({ account: '1' });
    await refunded({ account: '2' });
    const numbers = async (scope: Parameters<typeof planned>[0]) =>
      (await planned(scope)).items.map((item) => item.number);
    expect(await numbers({ kind: 'account', subject: '1' })).toEqual([one.number]);
    expect(await numbers({ kind: 'proposal', subject: String(one.number) })).toEqual([one.number]);
    expect(await numbers({ kind: 'named', subject: 'refund-agent' })).toHaveLength(2);
    await expect(planned({ kind: 'named', subject: 'refund-agnet' })).rejects.toThrow(
      'Did you mean refund-agent?',
    );
  });

  it('is nobody’s to ask for but an operator’s', async () => {
    await refunded();
    const person = await member(context, 'ULEA', 'lea@acme.test');
    const asked = { scope: everything, since: null, person, groups: GROUPS };
    expect(await planRollback(context, asked)).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining('You may not roll back'),
    });
  });
});

describe('a confirmation', () => {
  it('is refused from who asked, from who is no operator, and of another plan', async () => {
    await refunded();
    const plan = await planned();
    const { id, digest } = plan;
    const by = async (person: Awaited<ReturnType<typeof pat>>, of = digest) =>
      confirmRollback(context, { id, digest: of, person, groups: GROUPS });
    expect(await by(await dana())).toMatchObject({ because: expect.stringContaining('a second operator') });
    expect(await by(await member(context, 'ULEA', 'lea@acme.test'))).toMatchObject({ outcome: 'refused' });
    expect(await by(await pat(), `sha256:${'0'.repeat(64)}`)).toMatchObject({ outcome: 'refused' });
    expect((await seen(id)).state).toBe('planned');
    expect(await executeDue(context, 10)).toBe(0);
  });

  it('counts once of ten that come at once, and switches off first', async () => {
    await refunded();
    const plan = await planned({ kind: 'named', subject: 'billing' });
    const person = await pat();
    const results = await Promise.all(
      Array.from({ length: 10 }, () => confirmRollback(context, { ...plan, person, groups: GROUPS })),
    );
    expect(results.filter((each) => each.outcome === 'confirmed')).toHaveLength(1);
    expect(Object.keys((await readSwitches(context.database)).off)).toEqual(['billing']);
  });

  it('is what the database asks for before anything is undone, whoever writes there', async () => {
    const { execution, id } = await refunded();
    const plan = await planned();
    const owner = postgres(db.url, { max: 1 });
    const undoing = owner`insert into execution (id, proposal_id, round, digest, kind, compensates, rollback, agent, system, workflow, account)
      select i.compensation, e.proposal_id, e.round, e.digest, 'compensate', e.id, i.rollback, e.agent, e.system, e.workflow, e.account
      from execution e join rollback_item i on i.execution = e.id where e.id = ${execution?.id ?? ''}`;
    await expect(undoing).rejects.toThrow('execution_rollback_confirmed');
    await expect(
      owner`insert into rollback_confirmation (rollback, digest, asked_principal, principal, by_id, by_name)
        select id, digest, asked_principal, asked_principal, 'U', 'x' from rollback`,
    ).rejects.toThrow('rollback_two_operators');
    await expect(owner`update rollback set state = 'confirmed' where id = ${plan.id}`).rejects.toThrow(
      'a second operator',
    );
    await expect(
      owner`update execution set result = '{"id":"re_99"}' where proposal_id = ${id}`,
    ).rejects.toThrow('what an execution left never changes');
    await owner.end();
  });
});

describe('a rollback', () => {
  it('undoes the newest write of an account first, each once, and the audit tells it', async () => {
    const first = await refunded();
    const second = await refunded();
    const plan = await planned();
    await confirmed(plan);
    const after = await workOff(plan.id);
    expect(after.state).toBe('done');
    expect(states(after)).toEqual(['undone', 'undone']);
    expect(ledger.voided.map((each) => each.id)).toEqual(['re_2', 're_1']);
    for (const { id, number } of [first, second]) {
      expect((await getProposal(context.database, id)).state).toBe('rolled_back');
      const told = await listAudit(context.database, { number });
      expect(told.map(({ type }) => type).slice(0, 2)).toEqual(['proposal.rolled_back', 'undo.started']);
      expect(told[0] && describeEvent(told[0]).line).toMatch(/^undone by rollback \d+, which .+ confirmed$/);
    }
  });

  it('passes the switch that it threw, while no other write does, and is stopped by its own', async () => {
    await refunded({ account: '1' });
    const waiting = await proposed(context, { account: '2' });
    const plan = await planned();
    await confirmed(plan);
    const person = await pat();
    await disable(context, { scope: 'rollback', person, groups: GROUPS }, null);
    expect(await executeDue(context, 10)).toBe(0);
    expect(ledger.voided).toEqual([]);
    expect(await enable(context, { scope: 'rollback', person, groups: GROUPS })).toMatchObject({
      outcome: 'asked',
    });
    await context.database.sql`select switch_on('rollback', '{"principal":"x","id":"U"}', null)`;
    expect((await workOff(plan.id)).state).toBe('done');
    expect(ledger.voided).toHaveLength(1);
    expect((await getProposal(context.database, waiting.id)).state).toBe('pending');
    expect(Object.keys((await readSwitches(context.database)).off)).toEqual(['all']);
  });

  it('leaves what somebody changed after the plan, and says what it was, is and would be', async () => {
    const numbers = [];
    for (let account = 1; account <= 11; account += 1)
      numbers.push((await refunded({ account: String(account) })).number);
    const plan = await planned();
    ledger.edit('re_4', { state: 'settled' });
    await confirmed(plan);
    const after = await workOff(plan.id);
    expect(after.state).toBe('done');
    const conflict = after.items.find((item) => item.state === 'conflict');
    expect(conflict).toMatchObject({
      number: numbers[3],
      diff: { state: { ours: 'posted', now: 'settled' } },
    });
    expect(ledger.refunds.get('re_4')?.state).toBe('settled');
    expect(ledger.voided).toHaveLength(10);
  });

  it('stops when more than a tenth has changed since the plan, and leaves the rest as it is', async () => {
    for (let account = 1; account <= 6; account += 1) await refunded({ account: String(account) });
    const plan = await planned();
    for (const id of ['re_5', 're_6']) ledger.edit(id, { state: 'settled' });
    await confirmed(plan);
    await executeDue(context, 1);
    expect(await executeDue(context, 1)).toBe(0);
    const after = await workOff(plan.id);
    expect(after.state).toBe('stopped');
    expect(states(after).filter((state) => state === 'skipped')).toHaveLength(5);
    expect(ledger.voided).toEqual([]);
    const again = await planned();
    await confirmed(again);
    expect((await workOff(again.id)).state).toBe('done');
    expect(ledger.voided).toHaveLength(4);
  });

  it('goes on where a dead process left it: before its write, and after it', async () => {
    await refunded({ account: '1' });
    await refunded({ account: '2' });
    const plan = await planned();
    await confirmed(plan);
    const [one, two] = await claimExecutions(context.database, 'dead', 60_000, 10);
    if (!one || !two) throw new Error('two undoings were to be claimed');
    await beginExecution(context.database, one, 1_000);
    await ledger.write(
      {
        method: 'POST',
        path: `/refunds/${one.proposalId === plan.items[0]?.proposal ? 're_2' : 're_1'}/void`,
        body: undefined,
      },
      { key: one.id, scope: 'refunds', receipt: '', start: async () => Number.POSITIVE_INFINITY },
    );
    await timePasses();
    expect((await workOff(plan.id)).state).toBe('done');
    expect(ledger.voided).toHaveLength(2);
  });

  it('whose answer was lost is sent again under the same key, and is done once', async () => {
    await refunded();
    const plan = await planned();
    await confirmed(plan);
    ledger.answers.push(LOST);
    await executeDue(context, 10);
    expect(states(await seen(plan.id))).toEqual(['planned']);
    await timePasses();
    expect((await workOff(plan.id)).state).toBe('done');
    expect(ledger.voided).toHaveLength(1);
  });

  it('whose answer was lost, and whose repetition is refused, is not said to have failed', async () => {
    await refunded();
    const plan = await planned();
    await confirmed(plan);
    ledger.answers.push(LOST, { kind: 'answered', status: 422, body: null, retryAfterMs: undefined });
    await executeDue(context, 10);
    await timePasses();
    expect(states(await workOff(plan.id))).toEqual(['unknown']);
  });

  it('that two plans have is done once', async () => {
    await refunded();
    const plans = [await planned(), await planned()];
    for (const plan of plans) await confirmed(plan);
    const ends = await Promise.all(plans.map((plan) => workOff(plan.id)));
    expect(ends.flatMap(states).sort()).toEqual(['skipped', 'undone']);
    expect(ledger.voided).toHaveLength(1);
  });

  it('is worked off by several processes at once, each write once', async () => {
    for (let account = 1; account <= 8; account += 1) await refunded({ account: String(account) });
    const plan = await planned();
    await confirmed(plan);
    await Promise.all(Array.from({ length: 6 }, () => workOff(plan.id)));
    expect((await workOff(plan.id)).state).toBe('done');
    expect(new Set(ledger.voided.map((each) => each.id)).size).toBe(8);
    expect(ledger.voided).toHaveLength(8);
  });
});
