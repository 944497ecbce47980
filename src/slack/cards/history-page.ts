import type { Button } from '@slack/types';
import { limits } from './limits.ts';
import { plain } from './pieces.ts';

const ROWS = limits.history.rows;

/** One page of a timeline. */
export interface HistoryPage<T> {
  readonly rows: readonly T[];
  /** Which it is, held within those that there are; from 0, the newest. */
  readonly at: number;
  readonly isLast: boolean;
  /** ` · events 3 to 22 of 1,022`; empty: there is but one page. */
  readonly place: string;
}

/** `all` is in the order in which it happened, and so is each page. */
export function historyPage<T>(all: readonly T[], page: number): HistoryPage<T> {
  const pages = Math.max(1, Math.ceil(all.length / ROWS));
  const at = Math.min(Math.max(0, page), pages - 1);
  const end = all.length - at * ROWS;
  const start = Math.max(0, end - ROWS);
  return {
    rows: all.slice(start, end),
    at,
    isLast: at === pages - 1,
    place: pages > 1 ? ` · events ${start + 1} to ${end} of ${all.length.toLocaleString('en-US')}` : '',
  };
}

/** **Earlier** and **Later**, where there is any; their value is the page that they lead to, and what it is of. */
export function turningButtons(
  { at, isLast }: Pick<HistoryPage<unknown>, 'at' | 'isLast'>,
  action: string,
  of: string,
): Button[] {
  const turn = (label: string, to: number): Button => ({
    type: 'button',
    action_id: `${action}:${to}`,
    text: plain(label, limits.button.text),
    value: `${to} ${of}`,
  });
  return [...(isLast ? [] : [turn('Earlier', at + 1)]), ...(at > 0 ? [turn('Later', at - 1)] : [])];
}
