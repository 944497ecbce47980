import type { Json } from './json.ts';

/** What came of one call to a system. */
export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: Json;
      readonly retryAfterMs: number | undefined;
    }
  /** Not one byte of it can have had an effect: refused by us, by the name server or by the socket. */
  | {
      readonly kind: 'not_sent';
      readonly why: string;
      readonly permanent: boolean;
      /** It was our own doing, and says nothing of the system. */
      readonly ours?: true;
    }
  /** It may have happened: no answer, half an answer, or one that can't be read. */
  | { readonly kind: 'lost'; readonly why: string };

export type Verdict = 'done' | 'not_done' | 'refused' | 'ambiguous';

/** The outcome table of guarantees.md: a 500 is ambiguous, not a failure; 429 and 503 were not done. */
export function judgeAnswer(answer: Answer): Verdict {
  if (answer.kind === 'not_sent') return answer.permanent ? 'refused' : 'not_done';
  if (answer.kind === 'lost') return 'ambiguous';
  const { status } = answer;
  if (status >= 200 && status < 300) return 'done';
  if (status === 425 || status === 429 || status === 503) return 'not_done';
  // A form that was taken is often answered by sending the browser on.
  if (status === 408 || status >= 500 || (status >= 300 && status <= 303)) return 'ambiguous';
  return 'refused';
}

/** How an action's write can be told apart from its own repetition. */
export type WriteClass = { readonly key: boolean; readonly find: boolean };

/** How long the same key may be sent again; below what remotes keep keys for (Stripe: 24 h). */
export const SAME_KEY_WINDOW_MS = 12 * 3_600_000;

export type NextStep = 'send_again' | 'find' | 'unknown';

/**
 * What to do about a write that was started and whose answer is lost. The same key is tried before the look-up is asked, since a
 * write on its way could land after the look-up.
 */
export function afterLoss(kind: WriteClass, attempts: number, startedAgoMs: number): NextStep {
  const inWindow = startedAgoMs < SAME_KEY_WINDOW_MS;
  if (kind.key && inWindow && (attempts < 2 || !kind.find)) return 'send_again';
  if (kind.find) return 'find';
  return 'unknown';
}

/** Exponential, from one second to five minutes, with a jitter of a fifth so that processes do not march in step. */
export function backoffMs(attempt: number, random: number): number {
  const base = Math.min(300_000, 1_000 * 2 ** Math.max(0, attempt - 1));
  return base * (0.9 + random * 0.2);
}

/** What a person may read of an answer that was not a success. */
export function describeAnswer(answer: Answer): string {
  return answer.kind === 'answered' ? `it answered ${answer.status}` : answer.why;
}
