const LONGEST_MS = 30_000;

/** The longest that one call to a system may take, in milliseconds. */
export function timeoutOf({ timeoutMs }: { readonly timeoutMs: number }): number {
  return Math.min(LONGEST_MS, timeoutMs);
}
