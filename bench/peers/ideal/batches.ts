/** What queued while the last batch ran is the next one; there is no timer. A failure fails its whole batch: this is a yardstick. */
export function inBatches<In, Out>(
  run: (items: readonly In[]) => Promise<readonly Out[]>,
  lanes: number,
): (item: In) => Promise<Out> {
  const queue: { item: In; settled: PromiseWithResolvers<Out> }[] = [];
  let busy = 0;
  async function work(): Promise<void> {
    busy += 1;
    while (queue.length > 0) {
      const batch = queue.splice(0, 128);
      try {
        const results = await run(batch.map(({ item }) => item));
        batch.forEach(({ settled }, n) => {
          settled.resolve(results[n] as Out);
        });
      } catch (error) {
        for (const { settled } of batch) settled.reject(error);
      }
    }
    busy -= 1;
  }
  return (item) => {
    const settled = Promise.withResolvers<Out>();
    queue.push({ item, settled });
    if (busy < lanes) setImmediate(() => busy < lanes && void work());
    return settled.promise;
  };
}
