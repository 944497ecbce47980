import type { StoryEntry } from '../../domain/audit-line.ts';
import { limits } from './limits.ts';
import { bold, type Piece } from './pieces.ts';

/** One page of a timeline, a line an event. */
export function historyRows(entries: readonly StoryEntry[]): Piece[][] {
  return entries.map(({ at, number, line, detail }) => [
    at,
    ...(number === null ? [] : [' ', bold(`#${number}`)]),
    ' ',
    { said: line, max: limits.history.text },
    ...(detail ? [' ', { said: detail, max: limits.history.detail }] : []),
  ]);
}
