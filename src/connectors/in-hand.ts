export interface InHand {
  /** Keeps the connector open until this is over. */
  hold<T>(call: Promise<T>): Promise<T>;
  /** Ends it when what is in hand is over. May be called twice. */
  close(): Promise<void>;
}

export function createInHand(end: () => Promise<void>): InHand {
  const calls = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  return {
    hold: (call) => {
      const held = call.finally(() => calls.delete(held));
      calls.add(held);
      return held;
    },
    close: () => {
      closing ??= Promise.all(calls).then(end);
      return closing;
    },
  };
}
