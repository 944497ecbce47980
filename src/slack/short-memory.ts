/** Remembers answers for a while, to spare whoever is asked. Nothing that matters: any process may forget it at any time. */
export interface ShortMemory<T> {
  /** What is remembered, else what `load` says; whoever asks meanwhile shares that one question. A failure is not remembered. */
  get(key: string, load: () => Promise<T>): Promise<T>;
  forget(key: string): void;
}

export function createShortMemory<T>(keepMs: number, most = 10_000): ShortMemory<T> {
  const known = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();
  return {
    get(key, load) {
      const found = known.get(key);
      if (found && performance.now() < found.until) return found.answer;
      known.delete(key);
      const answer = load();
      known.set(key, { answer, until: performance.now() + keepMs });
      answer.catch(() => {
        if (known.get(key)?.answer === answer) known.delete(key);
      });
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
      return answer;
    },
    forget: (key) => void known.delete(key),
  };
}
