import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/audit-finding.ts';
import { verifyAudit } from '../../../src/lifecycle/verify-audit.ts';
import { sealAudit } from '../../../src/store/seals.ts';
import { type EvidenceDesk, evidenceDesk } from '../../support/evidence.ts';
import { exportedLines, verifiedByOneFile } from '../../support/one-file-verifier.ts';

/** What hangs on a proposal, the last first. */
const PROPOSALS = ['execution', 'decision', 'vote', 'round', 'card'];

let desk: EvidenceDesk;
/** Two refunds, with some looking around before and after, in several seals, each signed. */
let first: string;
let second: string;
let signedBeforeSecond: number | undefined;

beforeEach(async () => {
  desk = await evidenceDesk();
  await desk.note(3);
  await desk.sealAndSign();
  first = await desk.refund();
  await desk.sealAndSign();
  signedBeforeSecond = desk.heads().at(-1)?.size;
  second = await desk.refund();
  await desk.sealAndSign();
  await desk.note(2);
  await desk.sealAndSign();
});
afterEach(() => desk.close());

async function findings(): Promise<readonly Finding[]> {
  return (await verifyAudit(desk.context.database, desk.heads())).findings;
}

/** An export of the tampered database, as an auditor takes it who kept the heads and the key and has none of our code. */
async function auditorSays(): Promise<string> {
  const { context, exported, key } = desk;
  return verifiedByOneFile(await exportedLines(context.database), { heads: exported, key });
}

async function sealOf(stream: string, seq: number): Promise<number> {
  const [row] = await desk.thief<{ seal: string }[]>`
    select (select id from seal s where s.upto_xid > a.xid order by id limit 1) as seal
    from audit_event a where stream = ${stream} and seq = ${seq}`;
  return Number(row?.seal);
}

/** Makes the seals anew from what the rows are now, as a thief would who knows how it works. */
async function sealAnew(): Promise<void> {
  await desk.thief`delete from seal`;
  await desk.thief`delete from checkpoint`;
  while (await sealAudit(desk.context.database, 1_000_000));
}

describe('verify', () => {
  it('finds nothing in a log that nobody touched', async () => {
    const verified = await verifyAudit(desk.context.database, desk.heads());
    expect(verified.findings).toEqual([]);
    expect(verified.rows).toBe(verified.size);
    expect(verified.seals).toBeGreaterThanOrEqual(4);
    expect(desk.heads().map(({ size }) => size)).toContain(verified.size);
    expect(await auditorSays()).toMatch(/^Proved: all \d+ rows of the log\.$/m);
  });

  it('finds an edit, and names the row', async () => {
    await desk.thief`
      update audit_event set data = jsonb_set(data, '{by,name}', '"Max"') where stream = ${first} and type = 'decision.recorded'`;
    const [found] = await findings();
    expect(found).toMatchObject({
      kind: 'row_changed',
      stream: first,
      says: expect.stringMatching(/^decision\.recorded/),
    });
    expect(await auditorSays()).toMatch(/NOT proved.* the row of leaf \d+ is gone or was altered/);
  });

  it('finds an edit of the actor alone, by a row and by its seal', async () => {
    await desk.thief`update audit_event set actor = 'person:nobody' where stream = ${first} and seq = 2`;
    expect((await findings())[0]).toMatchObject({
      kind: 'row_changed',
      stream: first,
      seq: 2,
      seal: await sealOf(first, 2),
    });
    expect(await auditorSays()).toMatch(/NOT proved.* the row of leaf \d+ is gone or was altered/);
  });

  it('finds an edit that moved the rest of its stream up', async () => {
    await desk.thief`delete from audit_event where stream = ${first} and seq = 3`;
    await desk.thief`update audit_event set seq = seq - 1 where stream = ${first} and seq > 3`;
    await desk.thief`update proposal set events = events - 1 where id = ${first}`;
    const found = await findings();
    expect(found).toContainEqual(expect.objectContaining({ kind: 'row_changed', stream: first, seq: 3 }));
    expect(found).toContainEqual(expect.objectContaining({ kind: 'row_gone' }));
    expect(await auditorSays()).toMatch(/NOT proved.* the row of leaf \d+ is gone or was altered/);
  });

  it('finds an edit whose seals were made anew, between the heads that were signed before and after it', async () => {
    await desk.thief`update audit_event set actor = 'person:nobody' where stream = ${second} and seq = 1`;
    await sealAnew();
    const [found] = await findings();
    expect(found).toMatchObject({ kind: 'head_differs', position: signedBeforeSecond });
    expect(await auditorSays()).toMatch(
      /NOT proved.* rows \d+ to \d+ are not those whose head of \d+ rows was signed/,
    );
  });

  it('finds a row that is gone from the middle, and names its seal and its stream', async () => {
    const seal = await sealOf(first, 3);
    await desk.thief`delete from audit_event where stream = ${first} and seq = 3`;
    const found = await findings();
    expect(found[0]).toMatchObject({ kind: 'row_gone', seal });
    expect(found).toContainEqual(
      expect.objectContaining({ kind: 'gap', stream: first, says: expect.stringContaining('event 3') }),
    );
    expect(await auditorSays()).toMatch(/NOT proved.* the row of leaf \d+ is gone or was altered/);
  });

  it('finds that the end is gone, whether its seals are left behind or not', async () => {
    const [last] = await desk.thief<{ id: string; from_xid: string }[]>`
      select id, from_xid from seal order by id desc limit 1`;
    await desk.thief`delete from audit_event where xid >= ${last?.from_xid ?? ''}`;
    await desk.thief`update stream set events = events - 2 where name = 'access'`;
    expect((await findings())[0]).toMatchObject({ kind: 'row_gone', seal: Number(last?.id) });
    await desk.thief`delete from seal where id = ${last?.id ?? ''}`;
    expect((await findings())[0]).toMatchObject({ kind: 'log_shorter', seal: Number(last?.id) - 1 });
    expect(await auditorSays()).toMatch(/NOT proved.* a head of \d+ rows was signed, and the export has \d+/);
  });

  it('finds that a whole stream was dropped, with its proposal and all', async () => {
    const seal = await sealOf(first, 1);
    for (const table of PROPOSALS)
      await desk.thief`delete from ${desk.thief(table)} where proposal_id = ${first}`;
    await desk.thief`delete from proposal where id = ${first}`;
    await desk.thief`delete from audit_event where stream = ${first}`;
    expect((await findings())[0]).toMatchObject({ kind: 'row_gone', seal });
    expect(await auditorSays()).toMatch(/NOT proved.* the row of leaf \d+ is gone or was altered/);
  });

  it('finds a row that was put in back-dated, in an old window or in the next one', async () => {
    const columns = desk.thief`stream, at, type, actor, account, data`;
    const seal = await sealOf('access', 3);
    await desk.thief`
      insert into audit_event (seq, xid, ${columns}) select seq + 2, xid, ${columns} from audit_event
      where stream = 'access' and seq = 3`;
    expect((await findings())[0]).toMatchObject({ kind: 'row_changed', stream: 'access', seq: 5, seal });

    await desk.thief`
      insert into audit_event (seq, stream, at, type, actor)
      values (1, 'forged', now() - interval '3 days', 'decision.recorded', 'person:lea')`;
    await desk.sealAndSign();
    const found = await findings();
    expect(found).toContainEqual(expect.objectContaining({ kind: 'row_misdated', stream: 'forged', seq: 1 }));
    expect(found).toContainEqual(expect.objectContaining({ kind: 'events', stream: 'forged' }));
  });

  it('finds two events of one stream that changed places', async () => {
    await desk.thief`
      update audit_event set seq = case seq when 2 then 3 else 2 end where stream = ${first} and seq in (2, 3)`;
    const found = await findings();
    expect(found.slice(0, 2).map(({ kind, stream }) => ({ kind, stream }))).toEqual([
      { kind: 'row_changed', stream: first },
      { kind: 'row_changed', stream: first },
    ]);
    expect(await auditorSays()).toMatch(/NOT proved.* the row of leaf \d+ is gone or was altered/);
  });

  it('finds rows of two streams that changed places', async () => {
    await desk.thief`
      update audit_event set stream = case stream when ${first} then ${second} else ${first} end
      where stream in (${first}, ${second}) and seq = 1`;
    const found = await findings();
    expect(found[0]).toMatchObject({ kind: 'row_changed', stream: second, seq: 1 });
    expect(found[1]).toMatchObject({ kind: 'row_changed', stream: first, seq: 1 });
    expect(await auditorSays()).toMatch(/NOT proved.* the row of leaf \d+ is gone or was altered/);
  });

  it('finds that an older state was put back, whole and sound in itself', async () => {
    const [mark] = await desk.thief<{ upto_xid: string }[]>`select upto_xid from seal where id = 1`;
    const upto = mark?.upto_xid ?? '';
    for (const table of [...PROPOSALS, 'proposal']) await desk.thief`delete from ${desk.thief(table)}`;
    await desk.thief`delete from audit_event where xid >= ${upto}`;
    await desk.thief`delete from seal where id > 1`;
    await desk.thief`delete from checkpoint where size > (select size from seal)`;
    await desk.thief`delete from stream s where not exists (select 1 from audit_event a where a.stream = s.name)`;
    await desk.thief`update stream s set events = (select max(seq) from audit_event a where a.stream = s.name)`;
    const found = await findings();
    expect(found.map(({ kind }) => kind)).toEqual(['log_shorter']);
    expect(await auditorSays()).toMatch(/NOT proved.* a head of \d+ rows was signed, and the export has \d+/);
  });
});
