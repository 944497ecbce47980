import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatVerifyingKey } from '../../../src/domain/signing-key.ts';
import { verifyAudit } from '../../../src/lifecycle/verify-audit.ts';
import { type EvidenceDesk, evidenceDesk } from '../../support/evidence.ts';
import { type Ran, runCountersign, runNode } from '../../support/run-countersign.ts';

let desk: EvidenceDesk;
let folder: string;
const file = (name: string) => join(folder, name);
const retire = (before: string): Promise<Ran> =>
  runCountersign(['audit', 'retire', '--before', before, '--to', folder], { DATABASE_URL: desk.url });

/** A month long ago with a proposal's events in it, then events of today: sealed now, as after a long outage. */
beforeEach(async () => {
  desk = await evidenceDesk();
  folder = await mkdtemp(join(tmpdir(), 'countersign-retire-'));
  await desk.thief`
    create table audit_event_2024_02 partition of audit_event for values from ('2024-02-01 00:00+00') to ('2024-03-01 00:00+00')`;
  await desk.thief`insert into stream (name, events) values ('old', 30)`;
  await desk.thief`
    insert into audit_event (stream, seq, at, type, actor, account)
    select 'old', n, '2024-02-10 00:00+00'::timestamptz + n * interval '1 hour', 'audit.read', 'person:dana', '4471' from generate_series(1, 30) n`;
  await desk.note(3);
  await desk.sealAndSign();
  await desk.note(2);
  await desk.sealAndSign();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await desk.close();
});

async function found(): Promise<string[]> {
  const { findings } = await verifyAudit(desk.context.database, desk.heads());
  return findings.map(({ says }) => says);
}

describe('retire', () => {
  it('takes a month out, and everything that stays is proved as before, also what comes later', async () => {
    expect(await retire('2024-03')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('30 rows'),
    });
    const [row] = await desk.thief<
      { n: number }[]
    >`select count(*)::int as n from audit_event where at < '2024-03-01'`;
    expect(row?.n).toBe(0);
    await desk.note(1);
    await desk.sealAndSign();
    expect(await found()).toEqual([]);
    expect((await verifyAudit(desk.context.database, desk.heads())).retired).toBe(30);
  });

  it('leaves an archive that proves itself', async () => {
    await retire('2024-03');
    await writeFile(file('key'), formatVerifyingKey(desk.key));
    const archive = file('audit_event_2024_02.jsonl');
    expect(await runNode('tools/verify-audit.mjs', [archive, '--key', file('key')])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Proved: 30 rows'),
    });
    await writeFile(archive, (await readFile(archive, 'utf8')).replace('person:dana', 'person:max'));
    expect(await runNode('tools/verify-audit.mjs', [archive, '--key', file('key')])).toMatchObject({
      exitCode: 1,
    });
  });

  it('does not hide what else was taken out', async () => {
    await retire('2024-03');
    await desk.thief`delete from audit_event where stream = 'access' and seq = 2`;
    expect(await found()).toContainEqual(expect.stringMatching(/^a row of seal \d+ is gone/));
  });

  it('is no excuse when nobody recorded it', async () => {
    await desk.thief`drop table audit_event_2024_02`;
    await desk.thief`insert into retirement (partition, until, positions, archive) values ('audit_event_2024_02', '2024-03-01', '{[0,30)}', 'x')`;
    expect(await found()).toContain('audit_event_2024_02 was taken out, and no event tells of it');
  });

  it('refuses a month whose rows are not what was sealed, and one that is not over', async () => {
    await desk.thief`update audit_event set actor = 'person:max' where stream = 'old' and seq = 7`;
    expect(await retire('2024-03')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('not what was sealed'),
    });
    expect(await retire('2999-01')).toMatchObject({ exitCode: 2 });
    const [row] = await desk.thief<{ n: number }[]>`select count(*)::int as n from audit_event_2024_02`;
    expect(row?.n).toBe(30);
  });
});
