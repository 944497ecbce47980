import postgres from 'postgres';

/** The clock that everything in one database goes by; its other databases keep the machine's. */
export interface DatabaseClock {
  /** Epoch milliseconds. */
  now(): Promise<number>;
  /** Sets it, standing still. */
  set(ms: number): Promise<void>;
  /** Moves it on by so much at once. */
  pass(ms: number): Promise<void>;
  /** Lets it run so many times as fast as the machine's; 0: it stands still. */
  run(speed: number): Promise<void>;
  close(): Promise<void>;
}

const OWN = ['clock_timestamp', 'statement_timestamp', 'now'] as const;

/**
 * Takes over the clock of a database (the superuser's login): Postgres's own functions of the time are renamed, and others stand in their
 * place, so that what the product runs there is unchanged. It begins as the machine's and stands still.
 */
export async function takeOverClock(url: string): Promise<DatabaseClock> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql.unsafe(`
    create schema world; grant usage on schema world to public;
    ${OWN.map((name) => `alter function pg_catalog.${name}() rename to machine_${name};`).join('\n')}
    create table world.clock (machine timestamptz not null, shows timestamptz not null, speed float8 not null);
    grant select on world.clock to public;
    insert into world.clock values (machine_clock_timestamp(), machine_clock_timestamp(), 0);
    ${OWN.map(
      (name) => `create function pg_catalog.${name}() returns timestamptz
      language sql ${name === 'clock_timestamp' ? 'volatile' : 'stable'} as
      $$ select shows + (machine_${name}() - machine) * speed from world.clock $$;`,
    ).join('\n')}
    do $do$
    declare d record;
    begin
      for d in select x.adrelid::regclass as of, a.attname as col, pg_get_expr(x.adbin, x.adrelid) as said from pg_attrdef x
        join pg_attribute a on a.attrelid = x.adrelid and a.attnum = x.adnum where pg_get_expr(x.adbin, x.adrelid) like '%machine\\_%'
      loop
        execute format('alter table %s alter column %I set default %s', d.of, d.col, replace(d.said, 'machine_', ''));
      end loop;
    end $do$`);
  const now = async () => {
    const [row] = await sql<
      { ms: number }[]
    >`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
    return Math.round(row?.ms ?? 0);
  };
  return {
    now,
    set: async (ms) => {
      await sql`update world.clock set machine = machine_clock_timestamp(), shows = to_timestamp(${ms / 1_000}), speed = 0`;
    },
    pass: async (ms) => {
      await sql`update world.clock set shows = shows + ${ms} * interval '1 millisecond'`;
    },
    run: async (speed) => {
      await sql`update world.clock set shows = clock_timestamp(), machine = machine_clock_timestamp(), speed = ${speed}`;
    },
    close: () => sql.end(),
  };
}
