import type { Story } from '../../domain/audit-story.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { historyRows } from './history-rows.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, line, list, type Piece, richText, sentence } from './pieces.ts';

export interface AuditAnswer {
  readonly story: Story;
  readonly range: Pick<TimeRange, 'label'>;
  /** There are more events in that time than were read. */
  readonly isCut: boolean;
}

/** The sentence, then which days it is about, then the timeline. */
export function auditAnswer({ story, range, isCut }: AuditAnswer): SlackMessage {
  const said: Piece[] = [bold(story.sentence, limits.notification)];
  const incomplete: Piece[] = [
    bold('Incomplete: '),
    'there are more events than can be read at once, and only the newest count here. Ask for a shorter time.',
  ];
  return {
    text: sentence([...(isCut ? ['Incomplete. '] : []), ...said], 'UTC'),
    blocks: [
      richText('sentence', ...(isCut ? [line(...incomplete)] : []), line(...said)),
      richText('days', line({ said: range.label })),
      ...(story.entries.length > 0 ? [richText('timeline', ...list(historyRows(story.entries, 40)))] : []),
    ],
  };
}
