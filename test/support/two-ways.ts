import postgres, { type Sql } from 'postgres';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { copyOf, type FreshDatabase } from './database.ts';

/** A database in which a batch is applied together, or one by one. */
export interface Way {
  readonly sql: Sql;
  readonly clockMs: number;
  begin(batch: Json): Promise<unknown>;
  close(): Promise<void>;
}

/** In a copy of its own. */
export async function openWay(original: FreshDatabase, together: boolean): Promise<Way> {
  const db = await copyOf(original);
  const sql = postgres(db.url, { max: 1, onnotice: () => {} });
  if (!together)
    await sql`create or replace function is_plain_change(c jsonb) returns boolean language sql immutable as 'select false'`;
  const [clock] = await sql<
    { ms: number }[]
  >`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`;
  return {
    ...{ sql, clockMs: clock?.ms ?? 0 },
    begin: (batch) =>
      together
        ? sql`select n, answer from begin_executions(${sql.json(batch)}) order by n`
        : sql`with done as materialized (
            select n::int, begin_execution(id, fence, need_ms, by_hand) as answer
            from jsonb_array_elements(${sql.json(batch)}) with ordinality b (b, n)
            cross join jsonb_to_record(b.b) as x (id uuid, fence integer, need_ms integer, by_hand boolean))
          select n, answer from done order by n`,
    async close() {
      await sql.end();
      await db.drop();
    },
  };
}

const TABLES = {
  proposal: 'id',
  round: 'proposal_id, round',
  vote: 'proposal_id, round, stage, principal, kind',
  decision: 'proposal_id, round, stage',
  execution: 'id',
  audit_event: 'stream, seq',
  audit_value: 'stream, seq, path',
  outbox: 'topic, ref',
  callback_event: 'proposal_id, type',
  question: 'id',
  step: 'proposal_id, round, n',
  principal: 'id',
};

/** All that stands there, times as far as they are from when it was copied. */
export async function allOf({ sql, clockMs }: Way): Promise<Record<string, JsonObject[]>> {
  const entries = Object.entries(TABLES).map(async ([table, order]) => {
    const rows = await sql.unsafe<{ row: JsonObject }[]>(
      `select to_jsonb(t) - array['xid', ${table === 'callback_event' ? "'seq'" : "''"}] as row from ${table} t order by ${order}`,
    );
    return [table, rows.map(({ row }) => withoutClock(row, clockMs))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const A_MOMENT_MS = 60_000;

/** Both ways are at it within moments of each other: what differs by less is one time. */
function withoutClock(row: JsonObject, clockMs: number): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : undefined;
      return [
        key,
        at === undefined ? value : `${Math.floor((at - clockMs + A_MOMENT_MS) / (2 * A_MOMENT_MS))}`,
      ];
    }),
  );
}
