import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The ideal's insert of one proposal with its audit row: what one prepared statement a proposal, and a commit each, can reach. */
const SCRIPT = `\\set n random(1, 1000000000)
with p as (insert into proposal (id, agent, idem, account, amount, body)
  values (gen_random_uuid(), 'bench-agent', gen_random_uuid()::text, (10000 + :n % 10000)::text, 100 + :n % 900,
    '{"action":"ledger.credit","input":{"account":"10000","amount":"100.00","ticket":"T-1"},"reason":"The customer was charged twice for the same order, as the ticket and the bank statement both say.","metadata":{"run":"bench","thread":"thr_1"},"idem":"0199aaaa-bbbb-7ccc-8ddd-000000000001"}')
  returning id, account, body)
insert into audit (proposal, account, type, data) select id, account, 'proposed', body from p;
`;

/** Undefined: there is no pgbench on this machine (Debian has it in postgresql-client-NN's sibling postgresql-contrib). */
export async function findPgbench(): Promise<string | undefined> {
  return run('pgbench', ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/** Proposals a second, in a database that has the ideal's schema. */
export async function runPgbench(
  databaseUrl: string,
  { clients, secs }: { clients: number; secs: number },
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-pgbench-'));
  try {
    const script = join(folder, 'insert.sql');
    await writeFile(script, SCRIPT);
    const args = [
      '-n',
      '-M',
      'prepared',
      '-c',
      String(clients),
      '-j',
      '2',
      '-T',
      String(secs),
      '-f',
      script,
      databaseUrl,
    ];
    const { stdout } = await run('pgbench', args);
    const rate = /tps = ([\d.]+) \(without initial/.exec(stdout)?.[1];
    if (rate === undefined) throw new Error(`pgbench said:\n${stdout}`);
    return Number(rate);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
