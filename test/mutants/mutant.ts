/**
 * Patches that each take one guard out, and the tests that have to see it. `in` is a file, or `migrations`: there every place that
 * holds the text is changed, since a later migration may define a function anew.
 */
export interface Mutant {
  /** What no longer holds. */
  readonly guard: string;
  readonly in: string;
  readonly from: string;
  readonly to: string;
  readonly seenBy: readonly string[];
}
