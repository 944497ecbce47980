import type { RichTextBlockElement } from '@slack/types';
import type { Rollback, RollbackItem } from '../../domain/rollback.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, header, line, list, type Piece, richText, sentence } from './pieces.ts';
import { itemLines, scopeName, sumOf } from './rollback-pieces.ts';

export interface ReportView {
  readonly rollback: Rollback;
  readonly shown: readonly string[];
  /** By system: whom its accounts' notes are for, as its manifest names them. */
  readonly contacts: Readonly<Record<string, string>>;
}

/** What was reversed, what was not and why, and a note for each affected account, to be sent by the rollback contact. */
export function rollbackReport({ rollback, shown, contacts }: ReportView): SlackMessage {
  const { items, state, number } = rollback;
  const undone = items.filter((item) => item.state === 'undone');
  const lost = items.filter((item) => item.state === 'unknown');
  const rest = items.filter(({ state: is }) => is !== 'undone' && is !== 'unknown');
  const title = `Rollback ${number} ${state === 'done' ? 'is done' : 'was stopped'}`;
  const said: Piece[] = [
    `Of ${scopeName(rollback)}: `,
    bold(`${formatCount(undone.length, 'write')} undone, ${sumOf(undone)}`),
    ...(lost.length > 0
      ? ['; ', bold(`${lost.length} may or may not have been undone, ${sumOf(lost)}: to be resolved`)]
      : []),
    rest.length > 0 ? `; ${rest.length} not undone, ${sumOf(rest)}` : '',
    lost.length + rest.length === 0 ? ', and nothing was left.' : '.',
  ];
  return {
    text: sentence([`${title}. `, ...said], 'UTC'),
    blocks: [
      header('headline', title),
      richText(
        'said',
        line(...said),
        ...(lost.length > 0
          ? [line(bold('May or may not have been undone:')), ...list(itemLines(lost, shown))]
          : []),
        ...(rest.length > 0 ? [line(bold('Not undone, and why:')), ...list(itemLines(rest, shown))] : []),
      ),
      richText('notes', line(bold('Notes to send, one an affected account:')), ...notes(items, contacts)),
    ],
  };
}

function notes(items: readonly RollbackItem[], contacts: ReportView['contacts']): RichTextBlockElement[] {
  const accounts = Map.groupBy(items, (item) => JSON.stringify([item.system, item.account]));
  const all = [...accounts.values()];
  const rows = all.slice(0, limits.rows).flatMap((some): Piece[][] => {
    const [first] = some;
    return first ? [note(first, some, contacts[first.system] ?? 'its rollback contact')] : [];
  });
  const more = all.length - rows.length;
  return list(more > 0 ? [...rows, [`… ${more} more accounts, whose audit tells each`]] : rows);
}

function note({ account, system }: RollbackItem, items: readonly RollbackItem[], contact: string): Piece[] {
  const undone = items.filter((item) => item.state === 'undone');
  const lost = items.filter((item) => item.state === 'unknown');
  const rest = items.filter(({ state }) => state !== 'undone' && state !== 'unknown');
  const numbers = (some: readonly RollbackItem[]) => some.map(({ number }) => `#${number}`).join(', ');
  return [
    { said: contact, max: limits.name },
    `, for account `,
    { said: account, max: limits.name },
    ` in ${system}: “`,
    undone.length > 0 ? `We have reversed ${numbers(undone)} (${sumOf(undone)}), made in error.` : '',
    undone.length > 0 && lost.length + rest.length > 0 ? ' ' : '',
    lost.length > 0 ? `We are finding out whether ${numbers(lost)} (${sumOf(lost)}) was reversed.` : '',
    lost.length > 0 && rest.length > 0 ? ' ' : '',
    rest.length > 0 ? `${numbers(rest)} (${sumOf(rest)}) stands as it is, and we are looking at it.` : '',
    '”',
  ];
}
