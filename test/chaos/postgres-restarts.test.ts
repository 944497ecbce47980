import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { expect, it } from 'vitest';
import { type EmbeddedPostgres, startPostgres } from '../../src/demo/postgres.ts';
import { assess } from '../../src/lifecycle/assess.ts';
import { propose } from '../../src/lifecycle/propose.ts';
import { migrate } from '../../src/store/migrate.ts';
import { post, refundAgent } from '../support/desk.ts';
import { type ChaosWorld, openChaosWorld } from './chaos-world.ts';
import { isKept } from './checker.ts';

/** Proposals: few in every run, five thousand in `npm run chaos`. */
const PROPOSALS = Number(process.env.CHAOS_PROPOSALS ?? 20);
const AT_ONCE = 10;
const TERMINATE_EVERY_MS = Number(process.env.CHAOS_TERMINATE_MS ?? 100);

/** A Postgres that can be taken away at once, as by a crash, and given back on the same port with what it had on its disk. */
async function openMortalPostgres() {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-mortal-'));
  await chmod(directory, 0o755);
  const dataDir = join(directory, 'postgres');
  const settings = { fsync: 'off' };
  let server: EmbeddedPostgres = await startPostgres({ dataDir, settings });
  const port = Number(new URL(server.url).port);
  return {
    url: server.url,
    async gate() {
      const url = await server.ensureDatabase('gate');
      await migrate({ url });
      const appUrl = new URL(url);
      appUrl.searchParams.set('role', 'countersign_app');
      return { url, appUrl: appUrl.href, drop: async () => {} };
    },
    async restart(downMs: number) {
      const [pid] = (await readFile(join(dataDir, 'data', 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      await server.stop();
      await wait(downMs);
      server = await startPostgres({ dataDir, port, settings });
    },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Ends a connection of the gate's now and then until it is told to stop. */
function terminate(url: string): { stop(): Promise<number> } {
  let going = true;
  let ended = 0;
  const sql: Sql = postgres(url, { max: 1, onnotice: () => {}, backoff: () => 0.05 });
  const done = (async () => {
    while (going) {
      const gone = await sql`
        select pg_terminate_backend(pid) from (select pid from pg_stat_activity where application_name = 'countersign'
          order by random() limit 1) x`.catch(() => []);
      ended += gone.length;
      await wait(TERMINATE_EVERY_MS);
    }
    await sql.end({ timeout: 1 });
    return ended;
  })();
  return {
    stop: () => {
      going = false;
      return done;
    },
  };
}

/** As an agent that asks again under its key until it is answered, and an outbox that tries again. */
async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 120_000; ; ) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(50);
    }
  }
}

async function proposeOne({ context }: ChaosWorld, account: string): Promise<void> {
  const idempotencyKey = randomUUID();
  const asked = post({ account, amount: '20.00', idempotencyKey });
  const result = await patiently(() => propose(context, refundAgent(context), asked));
  if (result.outcome !== 'received' && result.outcome !== 'known') throw new Error(JSON.stringify(result));
  await patiently(() => assess(context, result.id));
}

it(`Postgres that is restarted, and ends a connection every ${TERMINATE_EVERY_MS} ms, loses and doubles nothing of ${PROPOSALS}`, {
  timeout: 180_000 + PROPOSALS * 1_000,
}, async () => {
  const server = await openMortalPostgres();
  const world = await openChaosWorld('key', () => server.gate());
  for (const name of ['one', 'two']) world.work({ name, dies: undefined });
  const terminator = terminate(server.url);
  const accounts: string[] = [];
  let restarts = 0;
  for (let n = 0; n < PROPOSALS; n += AT_ONCE) {
    const some = await world.open(Math.min(AT_ONCE, PROPOSALS - n));
    accounts.push(...some);
    const restarting = n % 50 === AT_ONCE ? server.restart(500).then(() => (restarts += 1)) : undefined;
    await Promise.all([restarting, ...some.map((account) => proposeOne(world, account))]);
  }
  expect(await terminator.stop()).toBeGreaterThan(0);
  expect(restarts).toBeGreaterThan(0);
  await world.recover(accounts);
  const verdict = await world.verdict(accounts);
  expect(verdict.proposals).toBe(PROPOSALS);
  expect(verdict, JSON.stringify(verdict)).toSatisfy((each) => isKept(each, 'key'));
  const partial = await world.context.database.sql`
      select p.number from proposal p
      where p.events <> (select count(*) from audit_event a where a.stream = p.id::text)`;
  expect(partial).toEqual([]);
  await world.close();
  await server.stop();
});
