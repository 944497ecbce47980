import type { ChecklistLine } from '../../domain/checklist.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, header, line, list, type Piece, richText, sentence } from './pieces.ts';

const SIGNS = { green: '✅ ', red: '❌ ', unasked: '▫️ ' } as const;

export function checklistMessage(lines: readonly ChecklistLine[]): SlackMessage {
  const red = lines.filter(({ state }) => state === 'red').length;
  const title = red === 0 ? 'Ready to launch' : `${red} of ${lines.length} to be mended`;
  const rows = lines.map(({ what, state, evidence }): Piece[] => [
    `${SIGNS[state]}${state === 'red' ? 'Red: ' : ''}`,
    bold(what, limits.name),
    ': ',
    { said: evidence },
  ]);
  return {
    text: sentence([`${title}: `, ...rows.flatMap((row) => [...row, '; '])], 'UTC'),
    blocks: [header('headline', title), richText('lines', line('Computed just now.'), ...list(rows))],
  };
}
