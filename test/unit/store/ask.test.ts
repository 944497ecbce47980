import { describe, expect, it, vi } from 'vitest';
import { createBatcher } from '../../../src/store/batcher.ts';
import { ask, DatabaseAway } from '../../../src/store/database.ts';

/** As the driver resolves a query. */
function answer(rows: readonly unknown[], command: string | null): Promise<unknown[]> {
  return Promise.resolve(Object.assign([...rows], { command }));
}

describe('asking Postgres', () => {
  it('takes an answer that is complete, with rows or without', async () => {
    expect(await ask(answer([1, 2], 'SELECT'))).toHaveLength(2);
    expect(await ask(answer([], 'SELECT'))).toHaveLength(0);
  });

  it('takes one that was cut off for Postgres being away, and not for no rows', async () => {
    await expect(ask(answer([], null))).rejects.toThrow(DatabaseAway);
  });
});

describe('a batch', () => {
  it('that is answered for fewer than asked fails, whoever asked', async () => {
    const options = { lanes: 1, most: 10, retryAlone: () => false };
    const put = createBatcher<number, number>(async (items) => items.slice(1), options);
    const settled = await Promise.allSettled([put(1), put(2), put(3)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('holds all who asked in the same turn, in however many lanes, and is begun without a timer', async () => {
    const batches: number[][] = [];
    const put = createBatcher<number, number>(
      async (items) => {
        batches.push([...items]);
        return items;
      },
      { lanes: 2, most: 10, retryAlone: () => false },
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
    try {
      const first = put(1);
      await Promise.resolve();
      expect(await Promise.all([first, put(2), put(3)])).toEqual([1, 2, 3]);
      expect(await put(4)).toBe(4);
    } finally {
      vi.useRealTimers();
    }
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });
});
