import { createPublicKey, verify } from 'node:crypto';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sandboxName } from '../../../src/domain/drill-names.ts';
import { plainText } from '../../../src/domain/json.ts';
import { claimsIn, jwkOf } from '../../../src/domain/jws.ts';
import { planRollback } from '../../../src/lifecycle/plan-rollback.ts';
import { startDrill } from '../../../src/lifecycle/start-drill.ts';
import { disable } from '../../../src/lifecycle/switch.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { readChecklistFacts } from '../../../src/store/checklist-facts.ts';
import { getDrill, listDrillProposals } from '../../../src/store/drills.ts';
import { readOutboxState } from '../../../src/store/outbox.ts';
import { findRollback } from '../../../src/store/rollbacks.ts';
import { readSwitches } from '../../../src/store/switches.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { type DrillDesk, openDrillDesk } from '../../support/drill-desk.ts';

const WRITES = Number(process.env.DRILL_WRITES ?? 20);

let desk: DrillDesk;
beforeEach(async () => {
  desk = await openDrillDesk();
});
afterEach(() => desk.close());

/** By path: how often it was asked for and done. */
async function voids(): Promise<Map<string, number>> {
  const calls = (await desk.sandbox.ledger()).filter(
    ({ path, status }) => path.endsWith('/void') && status === 200,
  );
  return new Map(
    [...Map.groupBy(calls, ({ path }) => path)].map(([path, all]) => [
      path,
      new Set(all.map(({ idempotencyKey }) => idempotencyKey)).size,
    ]),
  );
}

describe('a drill', () => {
  it('accounts for all of its writes, overwrites nothing newer, and goes on where a holder died', async () => {
    const started = performance.now();
    const drill = await desk.run(await desk.ordered(WRITES));
    const { named, ...record } = claimsIn(drill.record ?? '');
    const edits = Math.max(2, Math.round(WRITES * 0.04));
    const irreversible = Math.max(1, Math.round(WRITES * 0.03));
    expect(record).toMatchObject({
      ...{ system: 'billing', passed: true, failures: [], writes: WRITES, crashes: 2, overwritten: 0 },
      ...{ undone: WRITES - edits - irreversible, conflicted: edits, irreversible },
      ...{ not_undone: 0, not_written: 0, edits_by_others: edits, sandbox: desk.sandbox.url },
    });
    expect(named).toHaveLength(edits + irreversible);
    expect(named).toContainEqual(
      expect.objectContaining({ outcome: 'conflicted', why: 'somebody has changed it since: state' }),
    );
    expect(named).toContainEqual(
      expect.objectContaining({ outcome: 'irreversible', why: expect.stringContaining('general ledger') }),
    );
    // What was settled by others was not even asked to be voided, and nothing was voided twice.
    const settled = (await desk.sandbox.ledger()).flatMap(({ path }) =>
      path.endsWith('/settle') ? [path.replace('settle', 'void')] : [],
    );
    const voided = await voids();
    expect(settled).toHaveLength(edits);
    expect(settled.filter((path) => voided.has(path))).toEqual([]);
    expect([...voided.values()].every((times) => times === 1)).toBe(true);
    expect(voided.size).toBe(WRITES - edits - irreversible);
    expect(performance.now() - started).toBeLessThan(60_000 + WRITES * 200);
  }, 300_000);

  it('is signed, so that who has the key’s public half can tell, and is never changed', async () => {
    const drill = await desk.run(await desk.ordered());
    const jws = drill.record ?? '';
    const [header = '', payload = '', signature = ''] = jws.split('.');
    const key = createPublicKey({ key: jwkOf(desk.context.signingKey) as never, format: 'jwk' });
    const isGood = (said: string) =>
      verify(null, Buffer.from(`${header}.${said}`), key, Buffer.from(signature, 'base64url'));
    expect(isGood(payload)).toBe(true);
    const forged = Buffer.from(JSON.stringify({ ...claimsIn(jws), undone: 999 })).toString('base64url');
    expect(isGood(forged)).toBe(false);
    const owner = postgres(desk.databaseUrl, { max: 1 });
    await expect(owner`update drill set passed = false`).rejects.toThrow(
      'the record of a drill never changes',
    );
    await expect(owner`delete from drill`).rejects.toThrow('a drill is never deleted');
    await owner.end();
    const { drills } = await readChecklistFacts(desk.context.database);
    expect(drills.billing).toMatchObject({
      number: drill.number,
      passed: true,
      connector: claimsIn(jws).connector,
    });
  });

  it('writes to the sandbox alone, and counts in nothing that is live', async () => {
    const id = await desk.ordered();
    const { database } = desk.context;
    await desk.step(id);
    await desk.work(id);
    expect(await readOutboxState(database)).toMatchObject({ writesWaiting: 0, writesUnderWay: 0 });
    await desk.run(id);
    expect(await desk.live.ledger()).toEqual([]);
    const [proposal] = await listDrillProposals(database, id);
    expect(proposal).toBeDefined();
    expect(await listAudit(database, { account: '900' })).toEqual([]);
    expect((await readChecklistFacts(database)).liveSince).toBeNull();
    const person = await member(desk.context, 'UDANA', 'dana@acme.test');
    const asked = {
      scope: { kind: 'everything', subject: '' },
      since: null,
      person,
      groups: GROUPS,
    } as const;
    expect(await planRollback(desk.context, asked)).toMatchObject({
      because: expect.stringContaining('Nothing was written'),
    });
    expect((await readSwitches(database)).off).toEqual({});
  });

  it('begins from the same books each time', async () => {
    await desk.run(await desk.ordered());
    const again = await desk.run(await desk.ordered());
    expect(claimsIn(again.record ?? '').failures).toEqual([]);
  });

  it('is one at a time of a system, whoever orders it, and an operator’s to order', async () => {
    const { context } = desk;
    const person = await member(context, 'UDANA', 'dana@acme.test');
    const order = () => startDrill(context, { system: 'billing', writes: 20, person, groups: GROUPS });
    const results = await Promise.all(Array.from({ length: 10 }, order));
    expect(results.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    const lea = await member(context, 'ULEA', 'lea@acme.test');
    const asked = { system: 'billing', writes: 20, groups: GROUPS };
    expect(await startDrill(context, { ...asked, person: lea })).toMatchObject({
      because: expect.stringContaining('You may not order a drill'),
    });
    const because = async (changes: object) => startDrill(context, { ...asked, person, ...changes });
    expect(await because({ system: 'biling' })).toMatchObject({
      because: expect.stringContaining('Did you mean billing?'),
    });
    expect(await because({ system: 'inventory' })).toMatchObject({
      because: expect.stringContaining('has no sandbox'),
    });
    expect(await because({ writes: 19 })).toMatchObject({ because: 'A drill has 20 to 500 writes.' });
    await disable(context, { scope: 'all', person, groups: GROUPS }, null);
    expect(await because({})).toMatchObject({ because: expect.stringContaining('switched off') });
  });

  it('is carried on by several processes at once, each step once', async () => {
    const id = await desk.ordered();
    const others = await Promise.all(['a', 'b', 'c'].map((worker) => desk.another(worker)));
    const all = [desk.context, ...others];
    for (let turn = 0; turn < 60 && (await getDrill(desk.context.database, id)).state !== 'done'; turn += 1) {
      // One of them may find that another was faster, and is called again.
      await Promise.all(all.map((context) => desk.step(id, context).catch(() => {})));
      await Promise.all(all.map((context) => desk.work(id, context)));
      if ((await getDrill(desk.context.database, id)).state === 'undoing') await desk.timePasses();
    }
    const drill = await getDrill(desk.context.database, id);
    expect(claimsIn(drill.record ?? '')).toMatchObject({ passed: true, failures: [], writes: 20 });
    expect([...(await voids()).values()].every((times) => times === 1)).toBe(true);
    const finished = (await listAudit(desk.context.database, {})).filter(
      ({ type }) => type === 'drill.finished',
    );
    expect(finished).toHaveLength(1);
  });

  it('fails, and says why, where the sandbox refuses what is asked of it', async () => {
    desk.sandbox.faults.inject({ when: 'before', answer: { status: 404 } }, { on: /reset/ });
    const drill = await desk.run(await desk.ordered());
    expect(drill.passed).toBe(false);
    expect(claimsIn(drill.record ?? '').failures).toContainEqual(
      expect.stringContaining('refuses what a drill asks'),
    );
    await desk.sandbox.faults.clear();
    expect((await desk.run(await desk.ordered())).passed).toBe(true);
  });

  it('fails, and says why, where somebody’s newer record was overwritten', async () => {
    const id = await desk.ordered();
    let drill = await desk.step(id);
    for (let turn = 0; turn < 20 && drill.state === 'writing'; turn += 1) {
      await desk.work(id);
      drill = await desk.step(id);
    }
    const edited = drill.edits[0]?.left;
    expect(edited).toMatchObject({ state: 'settled' });
    const books = await desk.sandbox.ledger();
    expect(books.length).toBeGreaterThan(0);
    await desk.overwrite(plainText(edited?.id));
    const done = await desk.run(id);
    expect(done.passed).toBe(false);
    expect(claimsIn(done.record ?? '').failures).toContain(
      'overwritten records that somebody had changed: 1',
    );
  });
});

describe('only a person', () => {
  it('confirms what is undone for real: the drill’s own word is good for its sandbox alone', async () => {
    const id = await desk.ordered();
    await desk.run(id);
    const drill = await getDrill(desk.context.database, id);
    const rollback = await findRollback(desk.context.database, drill.rollback);
    expect(rollback).toMatchObject({
      state: 'done',
      confirmedBy: { principal: 'policy:drill' },
      scope: { subject: sandboxName('billing') },
    });
    const owner = postgres(desk.databaseUrl, { max: 1 });
    await owner`insert into rollback (id, kind, subject, digest, asked_principal, asked_id, asked_name)
      select gen_random_uuid(), 'everything', '', 'sha256:x', principal, by_id, by_name from drill`;
    await expect(
      owner`insert into rollback_confirmation (rollback, digest, asked_principal, principal, by_id, by_name)
        select id, digest, asked_principal, 'policy:drill', 'drill', 'x' from rollback where kind = 'everything'`,
    ).rejects.toThrow('only a person confirms a rollback');
    await owner.end();
  });
});
