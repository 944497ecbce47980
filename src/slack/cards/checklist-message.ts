import type { ChecklistLine } from '../../domain/checklist.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, header, line, list, type Piece, richText, sentence } from './pieces.ts';

/** In words too: nobody has to tell them by their colour. */
const SIGNS = { green: '✅ ', red: '❌ Red: ', unasked: '➖ Not asked: ' } as const;

export function checklistMessage(lines: readonly ChecklistLine[]): SlackMessage {
  const red = lines.filter(({ state }) => state === 'red').length;
  const title = red === 0 ? 'Ready to launch' : `${red} of ${lines.length} to be mended`;
  const rows = lines.map(({ what, state, evidence }): Piece[] => [
    SIGNS[state],
    bold(what, limits.name),
    ': ',
    { said: evidence },
  ]);
  return {
    text: sentence([`${title}: `, ...rows.flatMap((row) => [...row, '; '])], 'UTC'),
    blocks: [header('headline', title), richText('lines', line('Computed just now.'), ...list(rows))],
  };
}
