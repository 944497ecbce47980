import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, line, list, richText } from './pieces.ts';

export interface Command {
  /** `/agent audit 4471 [time]` */
  readonly usage: string;
  readonly description: string;
}

export function helpMessage(commands: readonly Command[]): SlackMessage {
  const text = 'What you can ask:';
  const rows = commands.map(({ usage, description }) => [
    bold(usage, limits.shown.text),
    ' — ',
    { said: description },
  ]);
  return { text, blocks: [richText('help', line(text), ...list(rows))] };
}
