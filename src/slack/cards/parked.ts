import type { KnownBlock } from '@slack/types';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, header, line, list, type Piece, plain, richText } from './pieces.ts';

export interface GivenUp {
  readonly parkedCount: number;
  /** The latest of them; `number` is the proposal's. */
  readonly parked: readonly {
    readonly topic: string;
    readonly ref: string;
    readonly number: number | null;
    readonly error: string;
  }[];
}

/** Told to everybody as it happens. */
export function givenUpMessage(state: GivenUp, command: string): SlackMessage {
  const { parkedCount } = state;
  const text = `${formatCount(parkedCount, 'update')} ${parkedCount === 1 ? 'was' : 'were'} given up after repeated failure. An operator can have ${parkedCount === 1 ? 'it' : 'them'} tried again: ${command} status shows it with a button, Try again.`;
  return {
    text,
    blocks: [header('headline', 'Given up'), richText('said', line(text)), ...parkedBlocks(state, false)],
  };
}

/** What was given up after repeated failure, with a button for who may have it tried again. */
export function parkedBlocks({ parked, parkedCount }: GivenUp, mayRetry: boolean): KnownBlock[] {
  if (parkedCount === 0) return [];
  const rows = parked.slice(0, limits.rows);
  const hidden = parkedCount - rows.length;
  const shown = richText(
    'parked',
    line(bold('Given up after repeated failure'), mayRetry ? '' : ' (an operator can have it tried again)'),
    ...list([
      ...rows.map((row): Piece[] => [
        { said: nameOf(row), max: limits.name },
        ': ',
        { said: row.error, max: limits.shown.text },
      ]),
      ...(hidden > 0 ? [[`… ${hidden} more`]] : []),
    ]),
  );
  if (!mayRetry) return [shown];
  const button = {
    type: 'button' as const,
    action_id: 'retry',
    value: 'all',
    text: plain('Try again', limits.button.text),
    accessibility_label: plain('Try again what was given up', limits.button.accessibility).text,
  };
  return [shown, { type: 'actions', block_id: 'retry', elements: [button] }];
}

const NAMES: Readonly<Record<string, string>> = {
  assess: 'looking at its system',
  callback: 'calling its agent back',
  card: 'its card',
  doubt: 'planning its rollback',
  on_call: "the on-call's pager",
  undo: 'undoing',
};

function nameOf({ topic, ref, number }: GivenUp['parked'][number]): string {
  return number === null ? `${topic} ${ref}` : `#${number}, ${NAMES[topic] ?? topic}`;
}
