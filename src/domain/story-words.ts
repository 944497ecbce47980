import type { Course } from './audit-course.ts';
import { formatMoney, type Money } from './money.ts';

/** `1 refund`, `2 refunds`; of an action's own name. */
export function counted(count: number, action: string): string {
  const noun = action.replaceAll('_', '-') || 'change';
  if (count === 1) return `1 ${noun}`;
  return noun.endsWith('s') ? `${count} × ${noun}` : `${count} ${noun}s`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** ` ($1,250.00)` where every impact is known and there is any. */
export function sumWords(courses: readonly Course[]): string {
  const known = courses.every(({ impact }) => impact);
  const sum = known && courses.some(({ impact }) => impact?.minor !== 0n) ? sumOf(courses) : '';
  return sum ? ` (${sum})` : '';
}

/** Of each currency; empty: no impact is known. */
export function sumOf(courses: readonly Course[]): string {
  const sums = new Map<string, Money>();
  for (const { impact } of courses) {
    if (!impact) continue;
    const { minor, currency } = impact;
    sums.set(currency, { minor: (sums.get(currency)?.minor ?? 0n) + minor, currency });
  }
  return listed([...sums.values()].map(formatMoney));
}
