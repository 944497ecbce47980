/** What the shell gets to know (contract: Commands). */
export const EXIT = { done: 0, no: 1, usage: 2, unavailable: 69, configuration: 78 } as const;

/** Ends the program with one sentence for the person who started it, and no stack. */
export class Stop extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Somebody outside asked for patience: tried again then, and never given up for it. */
export class RetryLater extends Error {
  readonly retry = true;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether an error is about something being away for now, and for how long it says so. */
export function patienceOf(error: unknown): {
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;
} {
  if (!(error instanceof Error)) return { retry: false, retryAfterMs: undefined };
  const { retry, retryAfterMs } = error as { retry?: unknown; retryAfterMs?: unknown };
  return { retry: retry === true, retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined };
}
