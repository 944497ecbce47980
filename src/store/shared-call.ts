/**
 * Concurrent callers who ask for the same share one call, which begins after the last of them has asked: nobody is given what was so
 * before. At most one is under way for a key, and one behind it.
 */
export function createSharedCall<Key, Out>(run: (key: Key) => Promise<Out>): (key: Key) => Promise<Out> {
  const underWay = new Map<Key, Promise<Out>>();
  const behind = new Map<Key, Promise<Out>>();

  function begin(key: Key): Promise<Out> {
    const call = run(key).finally(() => {
      if (underWay.get(key) === call) underWay.delete(key);
    });
    underWay.set(key, call);
    return call;
  }

  return (key) => {
    const first = underWay.get(key);
    if (!first) return begin(key);
    const next = behind.get(key);
    if (next) return next;
    const call = first
      .catch(() => {})
      .then(() => {
        behind.delete(key);
        return begin(key);
      });
    behind.set(key, call);
    return call;
  };
}
