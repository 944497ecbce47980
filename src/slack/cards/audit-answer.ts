import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import { describeEvent } from '../../domain/audit-line.ts';
import type { Story } from '../../domain/audit-story.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { type HistoryPage, historyPage, turningButtons } from './history-page.ts';
import { historyRows } from './history-rows.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, type Link, line, list, type Piece, plain, richText, sentence } from './pieces.ts';

export interface AuditAnswer {
  readonly story: Story;
  readonly range: Pick<TimeRange, 'label'>;
  /** There are more events in that time than were read. */
  readonly isCut: boolean;
  /** From 0, the newest; each in the order in which it happened. */
  readonly page: number;
  /** What was asked, for the buttons; undefined: it has none. */
  readonly asked: string | undefined;
  /** Where the cards of the proposals stand. */
  readonly cards: readonly { readonly number: number; readonly url: string }[];
  /** Who showed it to others. */
  readonly sharedBy?: string;
}

/** The sentence, then which days it is about, then the timeline, then where its cards are. */
export function auditAnswer(answer: AuditAnswer): SlackMessage {
  const { story, range, isCut, cards, sharedBy, asked } = answer;
  const page = historyPage(story.told, answer.page);
  const said: Piece[] = [bold(story.sentence, limits.notification)];
  const incomplete: Piece[] = [
    bold('Incomplete: '),
    'there are more events than can be read at once, and only the newest count here. Ask for a shorter time.',
  ];
  return {
    text: sentence([...(isCut ? ['Incomplete. '] : []), ...said], 'UTC'),
    blocks: [
      ...(sharedBy ? [richText('shared', line({ said: sharedBy, max: limits.name }, ' shared:'))] : []),
      richText('sentence', ...(isCut ? [line(...incomplete)] : []), line(...said)),
      richText('days', line({ said: range.label }, page.place)),
      ...(story.told.length > 0
        ? [richText('timeline', ...list(historyRows(page.rows.map(describeEvent))))]
        : []),
      ...(cards.length > 0 ? [richText('cards', line('Cards: ', ...cards.flatMap(linkTo)))] : []),
      ...buttonsOf({ page, asked }),
    ],
  };
}

function linkTo({ number, url }: AuditAnswer['cards'][number], index: number): Piece[] {
  const link: Link = { link: url, said: `#${number}` };
  return index === 0 ? [link] : [' · ', link];
}

function buttonsOf({
  page,
  asked,
}: Pick<AuditAnswer, 'asked'> & { readonly page: HistoryPage<unknown> }): KnownBlock[] {
  if (asked === undefined) return [];
  const actions: ActionsBlock = {
    type: 'actions',
    block_id: 'audit',
    elements: [
      ...turningButtons(page, 'audit_page', asked),
      button('audit_share', 'Share here', `${page.at} ${asked}`),
      button('audit_csv', 'Send me CSV', `${page.at} ${asked}`),
    ],
  };
  return [actions];
}

function button(action_id: string, label: string, value: string): Button {
  return { type: 'button', action_id, text: plain(label, limits.button.text), value };
}
