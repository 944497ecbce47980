import { formatMoney, type Money } from '../../domain/money.ts';
import type { Rollback, RollbackItem } from '../../domain/rollback.ts';
import { limits } from './limits.ts';
import { bold, type Piece } from './pieces.ts';

/** Of each currency; what has no known impact is counted. */
export function sumOf(items: readonly RollbackItem[]): string {
  const sums = new Map<string, Money>();
  for (const { impact } of items) {
    if (!impact) continue;
    const minor = (sums.get(impact.currency)?.minor ?? 0n) + impact.minor;
    sums.set(impact.currency, { minor, currency: impact.currency });
  }
  const unknown = items.filter(({ impact }) => !impact).length;
  const known = [...sums.values()].map(formatMoney);
  return [...known, ...(unknown > 0 ? [`${unknown} of unknown impact`] : [])].join(' and ') || 'nothing';
}

export function scopeName({ scope }: Pick<Rollback, 'scope'>): string {
  switch (scope.kind) {
    case 'everything':
      return 'everything';
    case 'account':
      return `account ${scope.subject}`;
    case 'proposal':
      return `#${scope.subject}`;
    case 'agent':
    case 'system':
    case 'workflow':
      return scope.subject;
  }
}

/** One line an item: which, whose, and why it is as it is. */
export function itemLines(items: readonly RollbackItem[], shown: readonly string[] = []): Piece[][] {
  const rows = items
    .slice(0, limits.rows)
    .map((item): Piece[] => [
      bold(`#${item.number}`),
      ' account ',
      { said: item.account, max: limits.name },
      ` in ${item.system}, ${item.impact ? formatMoney(item.impact) : 'impact unknown'}`,
      ...(item.why === null ? [] : [': ', { said: item.why, max: limits.shown.text }]),
      ...threeWay(item, shown),
    ]);
  const more = items.length - rows.length;
  return more > 0 ? [...rows, [`… ${more.toLocaleString('en-US')} more`]] : rows;
}

/** Before, ours and now, of the fields that people may see. */
function threeWay({ diff }: RollbackItem, shown: readonly string[]): Piece[] {
  const fields = Object.entries(diff ?? {}).filter(
    ([field, { ours, now }]) => shown.includes(field) && JSON.stringify(ours) !== JSON.stringify(now),
  );
  return fields.flatMap(([field, { before, ours, now }]): Piece[] => [
    '; ',
    { said: field, max: limits.name },
    ' was ',
    { said: JSON.stringify(before), max: limits.name },
    ', we left ',
    { said: JSON.stringify(ours), max: limits.name },
    ', now ',
    { said: JSON.stringify(now), max: limits.name },
  ]);
}

const CELLS = 20;

/** `██████░░░░ 6 of 10`. */
export function progressBar(done: number, all: number): string {
  const full = all === 0 ? CELLS : Math.floor((done * CELLS) / all);
  return `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${done} of ${all}`;
}
