import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let db: FreshDatabase;
let database: Database;
beforeAll(async () => {
  db = await freshDatabase();
  database = openDatabase({ url: db.appUrl, connections: 1 });
});
afterAll(async () => {
  await database.close();
  await db.drop();
});

describe('sending and reading arrays', () => {
  it.each([
    ['nothing', []],
    ['plain texts', ['a', 'b c']],
    ['texts that look like an array', ['{}', 'a,b', '"', '\\', '\\"', '', 'NULL', 'null', "'", '\n', 'é😀']],
  ])('keeps %s', async (_, texts) => {
    const [row] =
      await database.sql`select ${texts}::text[] as texts, cardinality(${texts}::text[]) as count`;
    expect(row).toEqual({ texts, count: texts.length });
  });

  it('keeps numbers, ids and what is null', async () => {
    const id = '01990000-0000-7000-8000-00000000002a';
    const [row] = await database.sql`
      select ${[1, -2]}::int[] as integers, ${['9007199254740993']}::bigint[] as bigints, ${[id]}::uuid[] as uuids,
        array['a', null] as texts`;
    expect(row).toEqual({
      integers: [1, -2],
      bigints: ['9007199254740993'],
      uuids: [id],
      texts: ['a', null],
    });
  });
});
