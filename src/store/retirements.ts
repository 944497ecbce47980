import { ask, type Database } from './database.ts';

/** Leaves whose rows were taken out on purpose. */
export interface Retired {
  readonly partition: string;
  readonly from: number;
  readonly until: number;
}

/** By position. */
export async function listRetired({ sql }: Database): Promise<Retired[]> {
  const rows = await ask(sql<{ partition: string; from: string; until: string }[]>`
    select partition, lower(r) as from, upper(r) as until from retirement, unnest(positions) r order by lower(r)`);
  return rows.map((row) => ({
    partition: row.partition,
    from: Number(row.from),
    until: Number(row.until),
  }));
}

/** Retirements that no event of the audit tells of. */
export async function listUndeclaredRetirements({ sql }: Database): Promise<string[]> {
  const rows = await ask(sql<{ partition: string }[]>`
    select partition from retirement r where not exists (
      select 1 from audit_event where stream = 'audit' and type = 'audit.month_retired'
        and data ->> 'partition' = r.partition and data ->> 'positions' = r.positions::text)`);
  return rows.map((row) => row.partition);
}

export interface Month {
  readonly partition: string;
  /** Its rows are before. */
  readonly until: Date;
}

/** The months that are wholly before `before`, the oldest first. */
export async function listMonthsBefore({ sql }: Database, before: Date): Promise<Month[]> {
  const rows = await ask(sql<{ name: string }[]>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'audit_event'::regclass and c.relname ~ '^audit_event_[0-9]{4}_[0-9]{2}$' order by c.relname`);
  return rows
    .map(({ name }) => {
      const [year = 0, month = 0] = name.slice(-7).split('_').map(Number);
      return { partition: name, until: new Date(Date.UTC(year, month, 1)) };
    })
    .filter((month) => month.until <= before);
}

/** Takes a month out, as the owner; refused if its rows are not exactly those at `positions`. Committed when it returns. */
export async function retireMonth(
  { sql }: Database,
  month: Month,
  positions: readonly number[],
  archive: string,
): Promise<void> {
  const ranges = toRanges(positions).map(([from, until]) => `[${from},${until})`);
  await sql`select retire_partition(${month.partition}, ${month.until}, ${`{${ranges.join(',')}}`}::int8multirange, ${archive})`;
}

function toRanges(positions: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const position of positions.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === position) last[1] += 1;
    else ranges.push([position, position + 1]);
  }
  return ranges;
}
