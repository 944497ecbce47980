/** Tells who waits for a proposal that something about it has changed. */
export interface Wakes {
  /**
   * Resolves at the proposal's next change, at the end of the time or when aborted. It listens from the moment of the call: call
   * it first and read then, so that no change falls between.
   */
  waitFor(proposalId: string, timeoutMs: number, signal?: AbortSignal): Promise<void>;
}

export interface WakeSource extends Wakes {
  /** Something about this proposal (a UUID) has changed. */
  notify(proposalId: string): void;
  /** Changes may have been missed: everybody looks again. */
  notifyAll(): void;
}

export function createWakes(): WakeSource {
  const waiting = new Map<string, Set<() => void>>();

  function waitFor(id: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        const others = waiting.get(id);
        others?.delete(wake);
        if (others?.size === 0) waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, timeoutMs));
      const others = waiting.get(id) ?? new Set();
      waiting.set(id, others.add(wake));
      signal?.addEventListener('abort', wake);
      if (signal?.aborted) wake();
    });
  }

  const notify = (id: string) => {
    for (const wake of [...(waiting.get(id) ?? [])]) wake();
  };
  return { waitFor, notify, notifyAll: () => [...waiting.keys()].forEach(notify) };
}
