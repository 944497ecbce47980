import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, header, line, type Piece, richText, sentence } from './pieces.ts';

/** A system's breaker: it failed again and again and is left alone for a while, or it answers again. */
export function breakerMessage(system: string, opened: boolean, why: string): SlackMessage {
  const said: Piece[] = opened
    ? [
        bold(system, limits.name),
        ' failed several times in a row',
        ...(why === '' ? [] : [': ', { said: why }]),
        '. It is left alone for a while, and tried again by itself; what is approved for it waits. Other systems go on.',
      ]
    : [bold(system, limits.name), ' answers again, and what waited for it is written.'];
  return {
    text: sentence(said, 'UTC'),
    blocks: [
      header('headline', opened ? `Trouble with ${system}` : `${system} is back`),
      richText('said', line(...said)),
    ],
  };
}
