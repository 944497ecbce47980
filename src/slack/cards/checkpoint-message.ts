import { formatCount } from './format-count.ts';
import type { SlackMessage } from './message.ts';
import { header, line, type Piece, preformatted, richText, sentence } from './pieces.ts';

export interface CheckpointToPost {
  readonly size: number;
  readonly at: Date;
  /** The signed head as it is verified, byte for byte. */
  readonly note: string;
  /** Who owns the database can sign with its key. */
  readonly isKeyInDatabase: boolean;
}

/** The day's copy of the audit's head: what is in this message nobody can take back by changing the database. */
export function checkpointMessage({ size, at, note, isKeyInDatabase }: CheckpointToPost): SlackMessage {
  const said: Piece[] = [`${formatCount(size, 'event')} of the audit were signed on `, at, '.'];
  const use =
    'Keep this message: countersign audit verify --checkpoint takes it, and shows what was changed before it.';
  const warning = isKeyInDatabase
    ? [
        line(
          'The key is kept in the database, so its owner could sign another history: set AUDIT_SIGNING_KEY.',
        ),
      ]
    : [];
  return {
    text: sentence(said, 'UTC'),
    blocks: [
      header('headline', 'The audit so far'),
      richText('said', line(...said), preformatted(note.trimEnd()), line(use), ...warning),
    ],
  };
}
