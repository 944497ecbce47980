import type { Sql } from 'postgres';
import { expireDue } from '../../src/lifecycle/expire.ts';
import { createChanges } from '../../src/store/changes.ts';
import { openDatabase } from '../../src/store/database.ts';
import { listExpired } from '../../src/store/due-proposals.ts';
import { saveManifests } from '../../src/store/manifest-versions.ts';
import { migrate } from '../../src/store/migrate.ts';
import { takeSteps } from '../../src/store/steps.ts';
import type { Benchmark } from '../frame/benchmark.ts';
import { type Cluster, startCluster, withAdmin } from '../frame/cluster.ts';
import { type Figure, spreadOf } from '../frame/report.ts';
import { COUNT_STATEMENTS, forgetStatements, statementLike, times } from '../frame/statements.ts';

const TICKS = 30;

interface Swept {
  readonly open: number;
  /** Of a tick that finds nothing: milliseconds, and pages. */
  readonly emptyMs: readonly number[];
  readonly emptyBuffers: number;
  readonly stepsBuffers: number;
  readonly overdue: number;
  readonly ms: number;
  /** Events of expiry beyond one a proposal, by two sweepers at once. */
  readonly takenTwice: number;
  readonly left: number;
}

/** Ticks over open proposals: one that finds nothing, and two sweepers at once over what is overdue. */
export const sweep: Benchmark = {
  name: 'sweep',
  measures: 'a tick over 10,000 to 1,000,000 open proposals: an empty one, and 10,000 overdue',
  async run({ quick, sizes }, note) {
    const wanted = sizes ?? (quick ? [1_000, 10_000] : [10_000, 100_000, 1_000_000]);
    const cluster = await startCluster(COUNT_STATEMENTS);
    try {
      const all: Swept[] = [];
      for (const open of wanted) {
        note(`${open} open`);
        all.push(await sweepOver(cluster, open, quick ? 100 : Math.min(10_000, open / 10)));
      }
      return figuresOf(all);
    } finally {
      await cluster.stop();
    }
  },
};

async function sweepOver(cluster: Cluster, open: number, overdue: number): Promise<Swept> {
  const url = await cluster.freshDatabase(`sweep_${open}`);
  await migrate({ url });
  const database = openDatabase({ url, statementTimeoutMs: 0 });
  await saveManifests(database, 'sha256:bench', {});
  await withAdmin(url, (sql) => openProposals(sql, open));
  const result = await withAdmin(url, async (sql) => {
    await listExpired(database, 1_000);
    await forgetStatements(sql);
    const emptyMs = await times(TICKS, async () => {
      await listExpired(database, 1_000);
    });
    await times(TICKS, () => takeSteps(database, 200));
    const empty = await statementLike(sql, '%is_undelivered%');
    const steps = await statementLike(sql, '%take_steps%');
    await sql.unsafe(`alter table proposal disable trigger all`);
    await sql`update proposal set expires_at = now() - interval '1 second'
      where number % ${Math.floor(open / overdue)} = 0`;
    await sql.unsafe('alter table proposal enable always trigger proposal_moves');
    await sql.unsafe('alter table proposal enable always trigger proposal_is_audited');
    const second = openDatabase({ url, statementTimeoutMs: 0 });
    const start = performance.now();
    await Promise.all(
      [database, second].map((each) => expireDue({ database: each, changes: createChanges(each) })),
    );
    const ms = performance.now() - start;
    await second.close();
    const [row] = await sql<{ expired: number; events: number; left: number }[]>`
      select count(*) filter (where state = 'expired')::int as expired,
        (select count(*)::int from audit_event where type = 'proposal.expired') as events,
        count(*) filter (where state = 'pending' and expires_at < now())::int as left from proposal`;
    const { expired = 0, events = 0, left = 0 } = row ?? {};
    return {
      ...{ open, emptyMs, ms, left, overdue: expired, takenTwice: events - expired },
      ...{ emptyBuffers: empty.buffers, stepsBuffers: steps.buffers },
    };
  });
  await database.close();
  return result;
}

/** As if so many had been proposed and judged, an hour from their end at the earliest. */
async function openProposals(sql: Sql, count: number): Promise<void> {
  await sql.unsafe('alter table proposal disable trigger all');
  await sql`
    insert into proposal (id, agent, body, action, system, workflow, account, summary, input, reason, evidence, metadata, amount, currency,
      tier, decide, why, policy, reversible, requesters, state, version, round, expires_at, judged_at)
    select gen_random_uuid(), 'bench-agent', sha256(n::text::bytea), 'ledger.credit', 'ledger', 'credits', (n % 10000)::text, 'Credit 100.00',
      jsonb_build_object('account', n::text, 'note', repeat('x', 500)), repeat('why ', 80), '[]', '{}', 10000, 'USD', 0, 'human', 'the tier',
      'sha256:bench', false, array['agent:bench-agent'], 'pending', 2, 1, now() + interval '1 hour' + random() * interval '8 hours', now()
    from generate_series(1, ${count}::int) n`;
  await sql.unsafe('alter table proposal enable trigger all');
  await sql`vacuum analyze proposal`;
}

function figuresOf(all: readonly Swept[]): Figure[] {
  const [small] = all;
  const large = all.at(-1);
  const middle = all.at(-2);
  if (!small || !large || !middle) throw new Error('two sizes at least are compared');
  const perRow = ({ ms, overdue }: Swept) => ms / overdue;
  return [
    ...all.flatMap(({ open, emptyMs, emptyBuffers, overdue, ms }): Figure[] => [
      { what: `empty tick, ${open} open`, value: spreadOf(emptyMs), unit: 'ms' },
      { what: `empty tick, ${open} open: pages`, value: emptyBuffers, unit: '' },
      { what: `${overdue} overdue of ${open}, two sweepers`, value: ms, unit: 'ms' },
    ]),
    {
      what: `pages of an empty tick, ${large.open} to ${small.open} open`,
      value: large.emptyBuffers / small.emptyBuffers,
      unit: '×',
      bar: { kind: 'gate', row: 6, atMost: 2 },
    },
    {
      what: `pages of a tick of escalation, ${large.open} to ${small.open} open`,
      value: large.stepsBuffers / small.stepsBuffers,
      unit: '×',
      bar: { kind: 'gate', row: 6, atMost: 2 },
    },
    {
      what: `empty tick, ${large.open} to ${small.open} open`,
      value: spreadOf(large.emptyMs).median / spreadOf(small.emptyMs).median,
      unit: '×',
      bar: { kind: 'target', row: 6, atMost: 2 },
    },
    {
      what: `an overdue one, ${large.open} to ${middle.open} open`,
      value: perRow(large) / perRow(middle),
      unit: '×',
      bar: { kind: 'target', row: 6, atMost: 1.5 },
    },
    {
      what: 'taken twice by two sweepers',
      value: all.reduce((sum, { takenTwice }) => sum + takenTwice, 0),
      unit: '',
      bar: { kind: 'gate', row: 6, atMost: 0 },
    },
    {
      what: 'overdue and left',
      value: all.reduce((sum, { left }) => sum + left, 0),
      unit: '',
      bar: { kind: 'gate', row: 6, atMost: 0 },
    },
  ];
}
