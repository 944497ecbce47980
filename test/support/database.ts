import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';

export type FreshDatabase = {
  /** The owner's login: may change everything. */
  url: string;
  /** The same login under the application's role, as the server runs. */
  appUrl: string;
  /** Also disconnects whoever is still connected. */
  drop(): Promise<void>;
};

/** A migrated database of one's own, in some 50 ms. One a test file is enough if every test takes fresh ids. */
export async function freshDatabase(): Promise<FreshDatabase> {
  return cloneOf(inject('templateDatabase'));
}

/** Another one with all that is in it. Nobody may be connected to it meanwhile. */
export async function copyOf(original: FreshDatabase): Promise<FreshDatabase> {
  return cloneOf(new URL(original.url).pathname.slice(1));
}

async function cloneOf(template: string): Promise<FreshDatabase> {
  const name = `${inject('templateDatabase')}_${randomBytes(6).toString('hex')}`;
  // Postgres clones one template for several at once; only somebody connected to the template itself would be in the way.
  await asAdmin((sql) => sql`create database ${sql(name)} template ${sql(template)}`);
  const url = new URL(inject('adminUrl'));
  url.pathname = `/${name}`;
  const appUrl = new URL(url);
  appUrl.searchParams.set('role', 'countersign_app');
  return {
    url: url.href,
    appUrl: appUrl.href,
    drop: () => asAdmin((sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
}

async function asAdmin(statement: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(inject('adminUrl'), { max: 1, onnotice: () => {} });
  try {
    await statement(sql);
  } finally {
    await sql.end();
  }
}
