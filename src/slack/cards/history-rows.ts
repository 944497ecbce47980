import type { StoryEntry } from '../../domain/audit-line.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import { bold, type Piece } from './pieces.ts';

/** A timeline, its newest lines if they are too many; how many are left out is said. */
export function historyRows(entries: readonly StoryEntry[], most: number = limits.history.rows): Piece[][] {
  const left = Math.max(0, entries.length - most);
  const earlier = `… ${formatCount(left, 'earlier event')}: ask for a shorter time, or for one number`;
  return [...(left > 0 ? [[earlier]] : []), ...entries.slice(left).map(rowOf)];
}

function rowOf({ at, number, line, detail }: StoryEntry): Piece[] {
  return [
    at,
    ...(number === null ? [] : [' ', bold(`#${number}`)]),
    ' ',
    { said: line, max: limits.history.text },
    ...(detail ? [' ', { said: detail, max: limits.history.detail }] : []),
  ];
}
