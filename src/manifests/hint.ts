import { nearest } from '../domain/nearest.ts';

/** `; the nearest is "refund"`, or nothing. */
export function hint(word: string, known: Iterable<string>): string {
  const found = nearest(word, [...known]);
  return found === undefined ? '' : `; the nearest is "${found}"`;
}
