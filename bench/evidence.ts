import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../src/demo/postgres.ts';
import { verifyAudit } from '../src/lifecycle/verify-audit.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { sealAudit } from '../src/store/seals.ts';

/**
 * How long a row takes to seal and to verify, over rows of the size and mix of a proposal's seven events. One JSON object on
 * stdout; exit 1 below the bar (10 µs a row to seal, 50,000 rows a second to verify).
 */
const { values } = parseArgs({ options: { rows: { type: 'string', default: '500000' } } });
const ROWS = Number(values.rows);
const ROWS_A_COMMIT = 128;

async function load({ sql }: Database): Promise<void> {
  const streams = Math.ceil(ROWS / 7);
  await sql`insert into stream (name, events) select 'bench/' || n, 7 from generate_series(1, ${streams}) n`;
  // One statement a commit, as the program does it; this procedure only spares the round trips.
  await sql.unsafe(`
    create procedure load_events(p_streams integer) language plpgsql as $$
    declare
      first integer := 1;
    begin
      while first <= p_streams loop
        insert into audit_event (stream, seq, type, actor, agent, system, account, number, data)
        select 'bench/' || s, e, 'decision.recorded', 'person:0199aaaa-bbbb-7ccc-8ddd-' || lpad(s::text, 12, '0'), 'refund-agent', 'billing',
          (4471 + s % 10000)::text, 1000 + s, jsonb_build_object('stage', 'approve', 'kind', 'approve', 'by',
            jsonb_build_object('id', 'U0LEA', 'name', 'Lea'), 'reason', 'Charged twice, as the ticket says', 'digest', 'sha256:' || repeat('ab', 32))
        from generate_series(first, least(first + ${Math.floor(ROWS_A_COMMIT / 7)} - 1, p_streams)) s, generate_series(1, 7) e;
        commit;
        first := first + ${Math.floor(ROWS_A_COMMIT / 7)};
      end loop;
    end $$`);
  await sql.unsafe(`call load_events(${streams})`);
  await sql`vacuum analyze audit_event`;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  process.stderr.write(`${what} …\n`);
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

async function sealAll(database: Database): Promise<number> {
  let rows = 0;
  for (let sealed = await sealAudit(database, 128); sealed; sealed = await sealAudit(database, 128))
    rows += sealed.added;
  return rows;
}

const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
await chmod(folder, 0o755); // For the user that Postgres runs as where we are root.
const server = await startPostgres({ dataDir: join(folder, 'postgres'), settings: {} });
try {
  await migrate({ url: server.url });
  const database = openDatabase({ url: server.url, statementTimeoutMs: 0 });
  await timed('loading', () => load(database));
  const seal = await timed('sealing', () => sealAll(database));
  const verify = await timed('verifying', () => verifyAudit(database, []));
  await database.close();
  const report = {
    rows: seal.result,
    seal_us_per_row: Number(((seal.ms * 1_000) / seal.result).toFixed(2)),
    verify_rows_per_second: Math.round(verify.result.rows / (verify.ms / 1_000)),
    findings: verify.result.findings.length,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  const held =
    report.seal_us_per_row <= 10 && report.verify_rows_per_second >= 50_000 && report.findings === 0;
  process.exitCode = held ? 0 : 1;
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
