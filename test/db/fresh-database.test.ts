import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

async function database(): Promise<FreshDatabase> {
  const fresh = await freshDatabase();
  onTestFinished(() => fresh.drop());
  return fresh;
}

describe('freshDatabase', () => {
  it('is migrated', async () => {
    const owner = connect((await database()).url);
    const [row] = await owner`select count(*)::int as tables from pg_tables where schemaname = 'public'`;
    expect(row?.tables).toBeGreaterThan(0);
  });

  it('is one of its own for each of many that ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, database));
    for (const { url } of all) await connect(url)`create table mine (id int)`;
    expect(new Set(all.map(({ url }) => url)).size).toBe(8);
  });

  it("gives a login under the application's role, which owns nothing", async () => {
    const app = connect((await database()).appUrl);
    const [row] =
      await app`select current_user::text as "user", current_setting('is_superuser') as superuser`;
    expect(row).toEqual({ user: 'countersign_app', superuser: 'off' });
    await expect(app`create table mine (id int)`).rejects.toThrow(/permission denied/);
  });

  it('is gone once dropped, whoever is connected', async () => {
    const fresh = await freshDatabase();
    const sql = connect(fresh.url);
    await sql`select 1`;
    await fresh.drop();
    await expect(connect(fresh.url)`select 1`).rejects.toThrow(/does not exist/);
  });
});
