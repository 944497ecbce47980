import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readCheckpoints, signCheckpoint } from '../../../src/domain/checkpoint.ts';
import { makeSigningKey, readSigningKey } from '../../../src/domain/signing-key.ts';
import { checkpointFile } from '../../../src/jobs/checkpoint-file.ts';
import { createSealLoop } from '../../../src/jobs/seal.ts';
import { CHECKPOINT_FILE, sealDue, signHead } from '../../../src/lifecycle/seal.ts';
import { verifyAudit } from '../../../src/lifecycle/verify-audit.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { sealAudit } from '../../../src/store/seals.ts';
import { type EvidenceDesk, evidenceDesk } from '../../support/evidence.ts';

let desk: EvidenceDesk;
beforeEach(async () => {
  desk = await evidenceDesk();
});
afterEach(() => desk.close());

async function count(): Promise<number> {
  const [row] = await desk.thief<{ n: number }[]>`select count(*)::int as n from audit_event`;
  return row?.n ?? 0;
}

async function expectSound(): Promise<void> {
  const verified = await verifyAudit(desk.context.database, desk.heads());
  expect(verified.findings).toEqual([]);
  expect(verified).toMatchObject({ size: await count(), unsealed: { rows: 0 } });
}

describe('seal', () => {
  it('waits for a row that commits late, and misses none', async () => {
    await desk.seal();
    const slow = await desk.thief.reserve();
    await slow`begin`;
    await slow`select record_events('slow', '[{"type": "slow.begun", "actor": "x"}]')`;
    await desk.note(2);
    await sealAudit(desk.context.database, 1_000_000);
    const [early] = await desk.thief<{ n: number }[]>`
      select count(*)::int as n from audit_event where xid >= (select max(upto_xid) from seal)`;
    expect(early?.n).toBe(2);
    await slow`commit`;
    slow.release();
    await desk.seal();
    await expectSound();
  });

  it('reads the pages of its window alone, however much was sealed before', async () => {
    await desk.thief`insert into stream (name, events) values ('old', 20000)`;
    await desk.thief`
      insert into audit_event (stream, seq, type, actor, data)
      select 'old', n, 'audit.read', 'person:dana', jsonb_build_object('said', repeat('x', 300)) from generate_series(1, 20000) n`;
    await desk.thief.unsafe('vacuum audit_event');
    await desk.seal();
    const pagesOf = async () => {
      const [row] = await desk.thief.unsafe<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }[]>(
        'explain (analyze, buffers, format json) select * from seal_audit(4096)',
      );
      const plan = row?.['QUERY PLAN'][0].Plan ?? {};
      return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
    };
    await pagesOf();
    await desk.note(3);
    // All of them are 1,200 pages; the newest are in no summary of the index yet, which are 256 at most.
    expect(await pagesOf()).toBeLessThan(600);
    expect(await pagesOf()).toBeLessThan(600);
  });

  it('is done once, however many processes are at it while others write', async () => {
    const key = desk.key;
    const sealers = Array.from({ length: 4 }, async () => {
      for (let n = 0; n < 25; n += 1) await sealDue(desk.context, key, async () => {});
    });
    await Promise.all([...sealers, desk.note(40), desk.refund()]);
    await desk.seal();
    await expectSound();
  });

  it('is begun anew by the next, where a process died in the middle of it', async () => {
    await desk.note(5);
    const blocker = await desk.thief.reserve();
    await blocker`begin`;
    await blocker`lock table seal in exclusive mode`;
    const dying = sealAudit(desk.context.database, 1_000_000).catch((error: unknown) => error);
    await vi.waitFor(async () => {
      const killed = await desk.thief`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%seal_audit%'`;
      expect(killed.length).toBe(1);
    }, 20_000);
    expect(await dying).toBeInstanceOf(Error);
    await blocker`rollback`;
    blocker.release();
    await desk.seal();
    await expectSound();
  });

  it('goes on in an epoch of its own after a restore into another server', async () => {
    await desk.note(2);
    await desk.sealAndSign();
    await desk.note(1);
    await desk.thief`update audit_log set cluster = 'the one before'`;
    await expect(sealAudit(desk.context.database, 100)).rejects.toThrow(/run countersign migrate/);
    await migrate({ url: desk.url });
    await desk.refund();
    await desk.sealAndSign();
    const [row] = await desk.thief<{ epoch: string }[]>`select max(xid >> 44) as epoch from audit_event`;
    expect(Number(row?.epoch)).toBe(1);
    await expectSound();
  });

  it('can not be changed through SQL by the owner, nor written by the application', async () => {
    await desk.note(1);
    await desk.sealAndSign();
    const sql = postgres(desk.url, { max: 1 });
    const app = postgres(desk.appUrl, { max: 1 });
    for (const table of ['seal', 'checkpoint', 'verifying_key']) {
      await sql`alter table ${sql(table)} enable always trigger ${sql(`${table}_append_only`)}`;
      await expect(sql`delete from ${sql(table)}`).rejects.toThrow(/append-only/);
      await expect(app`delete from ${app(table)}`).rejects.toThrow(/permission denied/);
      await expect(app`insert into ${app(table)} default values`).rejects.toThrow(/permission denied/);
    }
    await Promise.all([sql.end(), app.end()]);
  });
});

describe('the sealing loop', () => {
  it('seals what comes while it runs, and signs all of it when it is stopped', async () => {
    const exported: string[] = [];
    const loop = createSealLoop(desk.context, desk.key, async (note) => {
      exported.push(note);
    });
    loop.start();
    await desk.note(2);
    await vi.waitFor(
      async () => expect((await verifyAudit(desk.context.database, [])).size).toBeGreaterThan(0),
      {
        timeout: 10_000,
      },
    );
    await desk.note(3);
    await loop.stop();
    await loop.stop();
    const { size } = await verifyAudit(desk.context.database, []);
    expect(exported.flatMap((note) => readCheckpoints(note)).at(-1)?.size).toBe(size);
  });
});

describe('sign', () => {
  it('follows a thousand rows at once, and appends to the directory that was named', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'countersign-heads-'));
    const exportTo = checkpointFile(join(directory, 'heads'), desk.context.log);
    const events = JSON.stringify(Array.from({ length: 1_000 }, () => ({ type: 'load.made', actor: 'x' })));
    await desk.note(1);
    await desk.seal();
    for (const stream of ['a', 'b'])
      await desk.thief`select record_events(${stream}, ${events}::text::jsonb)`;
    await vi.waitFor(
      async () => {
        await sealDue(desk.context, desk.key, exportTo);
        expect((await count()) - 2_000).toBeGreaterThan(0);
        const written = readCheckpoints(await readFile(join(directory, 'heads', CHECKPOINT_FILE), 'utf8'));
        expect(written.at(-1)?.size).toBeGreaterThanOrEqual(2_000);
      },
      { timeout: 20_000 },
    );
    await desk.seal();
    await expectSound();
    await rm(directory, { recursive: true });
  });

  it('records a new key as an event, and says whether it lies in the database', async () => {
    await desk.note(1);
    await desk.sealAndSign();
    const other = readSigningKey(makeSigningKey().seed, desk.key.name, true);
    await signHead(desk.context, other, async () => {});
    const events = await desk.thief<{ data: { key: string; in_database: boolean } }[]>`
      select data from audit_event where type = 'signing_key.first_used' order by seq`;
    expect(events.map(({ data }) => data)).toMatchObject([
      { key: desk.key.id, in_database: false },
      { key: other.id, in_database: true },
    ]);
  });

  it('of two histories shows, when the key was stolen', async () => {
    await desk.note(2);
    await desk.sealAndSign();
    const head = desk.heads().at(-1);
    const fork = signCheckpoint(
      { origin: desk.key.name, size: head?.size ?? 0, root: Buffer.alloc(32, 7) },
      desk.key,
    );
    const { findings } = await verifyAudit(desk.context.database, [
      ...desk.heads(),
      ...readCheckpoints(fork),
    ]);
    expect(findings).toMatchObject([{ kind: 'head_differs' }]);
  });
});
