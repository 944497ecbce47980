import { z } from 'zod';

/** A text that says something, of so many code points at most. */
export function characters(most: number) {
  return z
    .string()
    .refine((text) => text.trim() !== '', 'must not be empty')
    .refine((text) => lengthOf(text) <= most, `must have at most ${most} characters`)
    .meta({ minLength: 1, maxLength: most });
}

/** In code points. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}
