import type { Sql } from 'postgres';

/** For a cluster whose statements are looked into. */
export const COUNT_STATEMENTS = { shared_preload_libraries: 'pg_stat_statements' };

export interface Statement {
  readonly calls: number;
  /** Pages that it touched, in memory or not, by its calls. */
  readonly buffers: number;
  readonly text: string;
}

/** In the database of `sql`, where the extension has been made. */
export async function statementLike(sql: Sql, pattern: string): Promise<Statement> {
  const [row] = await sql<{ calls: string; buffers: number; text: string }[]>`
    select calls::text, (shared_blks_hit + shared_blks_read)::float8 / calls as buffers, query as text
    from pg_stat_statements where toplevel and query like ${pattern} order by calls desc limit 1`;
  if (!row) throw new Error(`no statement was like ${pattern}`);
  return { calls: Number(row.calls), buffers: row.buffers, text: row.text };
}

/** Forgets what was counted. */
export async function forgetStatements(sql: Sql): Promise<void> {
  await sql`create extension if not exists pg_stat_statements`;
  await sql`select pg_stat_statements_reset()`;
}

/** How many times `work` took, in milliseconds. */
export async function times(count: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await work(n);
    took.push(performance.now() - start);
  }
  return took;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
