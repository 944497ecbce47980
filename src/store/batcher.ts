import { setImmediate as restOfTheTurn } from 'node:timers/promises';

interface Waiting<In, Out> {
  readonly item: In;
  resolve(value: Out): void;
  reject(reason: unknown): void;
}

/**
 * Lets concurrent callers share a commit: what queued while the last batch ran is the next batch. There is no timer, so that a lone caller
 * waits for nothing: a batch begins when a lane is free and what the sockets held has been read, since a statement for one costs Postgres
 * as much as one for five. A batch that fails is tried again item by item, so that one bad item fails alone.
 */
export function createBatcher<In, Out>(
  run: (items: readonly In[]) => Promise<readonly Out[]>,
  options: { lanes: number; most: number; retryAlone: (error: unknown) => boolean },
): (item: In) => Promise<Out> {
  const queue: Waiting<In, Out>[] = [];
  let busy = 0;

  async function settle(batch: readonly Waiting<In, Out>[]): Promise<void> {
    if (batch.length === 0) return; // The other lane took them all.
    try {
      const results = await run(batch.map((each) => each.item));
      if (results.length !== batch.length)
        throw new Error(`${batch.length} were asked for and ${results.length} answered`);
      batch.forEach((each, index) => {
        each.resolve(results[index] as Out);
      });
    } catch (error) {
      if (batch.length === 1 || !options.retryAlone(error)) {
        for (const each of batch) each.reject(error);
        return;
      }
      for (const each of batch) await settle([each]);
    }
  }

  async function work(): Promise<void> {
    busy += 1;
    do {
      await restOfTheTurn();
      await settle(queue.splice(0, options.most));
    } while (queue.length > 0);
    busy -= 1;
  }

  return (item) =>
    new Promise<Out>((resolve, reject) => {
      queue.push({ item, resolve, reject });
      // Another lane for many only: two half batches cost more than a whole one.
      if (busy === 0 || (busy < options.lanes && queue.length >= options.most / 4)) void work();
    });
}
