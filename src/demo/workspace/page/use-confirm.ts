import { useCallback, useState } from 'preact/hooks';
import type { Loose } from './loose-json.ts';

type Confirming = { confirm: Loose; answer: (yes: boolean) => void };

/** Asks one question at a time; the promise settles with the answer. */
export function useConfirm(): readonly [Confirming | undefined, (confirm: Loose) => Promise<boolean>] {
  const [asking, setAsking] = useState<Confirming>();
  const ask = useCallback((confirm: Loose) => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const answer = (yes: boolean) => {
      setAsking(undefined);
      resolve(yes);
    };
    setAsking({ confirm, answer });
    return promise;
  }, []);
  return [asking, ask];
}
