import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../src/demo/postgres.ts';
import { makeSigningKey, readSigningKey } from '../src/domain/signing-key.ts';
import { createSealLoop } from '../src/jobs/seal.ts';
import { createLogger } from '../src/logger.ts';
import { type Database, openDatabase } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { readLogOrigin } from '../src/store/seals.ts';

/**
 * What sealing costs those who write: the same load with the loop running and without, by turns, the order reversed each other
 * round. A commit holds the events of a batch of proposals (`--batch`). Exit 1 where the median ratio is below 0.8.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    secs: { type: 'string', default: '4' },
    batch: { type: 'string', default: '64' },
    callers: { type: 'string', default: '4' },
  },
});
const EVENTS = Array.from({ length: Number(values.batch) }, (_, n) => ({
  type: 'decision.recorded',
  actor: 'person:0199aaaa-bbbb-7ccc-8ddd-000000000001',
  agent: 'refund-agent',
  system: 'billing',
  account: String(4471 + n),
  number: 1000 + n,
  data: {
    stage: 'approve',
    kind: 'approve',
    by: { id: 'U0LEA', name: 'Lea' },
    reason: 'Charged twice',
    digest: 'ab'.repeat(32),
  },
}));

/** Events a second that committed. */
async function write({ sql }: Database, round: string): Promise<number> {
  const until = performance.now() + Number(values.secs) * 1_000;
  let commits = 0;
  const start = performance.now();
  const callers = Array.from({ length: Number(values.callers) }, async (_, caller) => {
    while (performance.now() < until) {
      await sql`select record_events(${`bench/${round}/${caller}`}, ${sql.json(EVENTS)})`;
      commits += 1;
    }
  });
  await Promise.all(callers);
  return (commits * EVENTS.length) / ((performance.now() - start) / 1_000);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
await chmod(folder, 0o755); // For the user that Postgres runs as where we are root.
const server = await startPostgres({ dataDir: join(folder, 'postgres'), settings: {} });
try {
  await migrate({ url: server.url });
  const database = openDatabase({ url: server.url });
  const key = readSigningKey(makeSigningKey().seed, await readLogOrigin(database), false);
  const log = createLogger({ level: 'silent', pretty: false });
  const sealed = async (round: number): Promise<number> => {
    const loop = createSealLoop({ database, log }, key, async () => {});
    loop.start();
    const rate = await write(database, `${round}/sealed`);
    await loop.stop();
    return rate;
  };
  await write(database, 'warm');
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const first = round % 2 === 0 ? await sealed(round) : 0;
    const plain = await write(database, `${round}/plain`);
    const withSeals = first || (await sealed(round));
    rounds.push({ plain, sealed: withSeals, ratio: withSeals / plain });
    process.stderr.write(`plain ${Math.round(plain)}/s, sealed ${Math.round(withSeals)}/s\n`);
  }
  await database.close();
  const ratio = median(rounds.map((each) => each.ratio));
  const report = {
    ratio: Number(ratio.toFixed(3)),
    plain_events_per_second: Math.round(median(rounds.map(({ plain }) => plain))),
    sealed_events_per_second: Math.round(median(rounds.map((each) => each.sealed))),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = ratio >= 0.8 ? 0 : 1;
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
