import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import { describeEvent } from '../../domain/audit-line.ts';
import type { Story } from '../../domain/audit-story.ts';
import type { TimeRange } from '../../domain/time-range.ts';
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
  const { story, range, isCut, cards, sharedBy } = answer;
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
      richText('days', line({ said: range.label }, ...placeWords(answer))),
      ...(story.told.length > 0
        ? [richText('timeline', ...list(historyRows(pageOf(answer).map(describeEvent))))]
        : []),
      ...(cards.length > 0 ? [richText('cards', line('Cards: ', ...cards.flatMap(linkTo)))] : []),
      ...buttonsOf(answer),
    ],
  };
}

const ROWS = limits.history.rows;

/** How many pages a story has. */
function auditPages({ told }: Story): number {
  return Math.max(1, Math.ceil(told.length / ROWS));
}

/** What stands on one page; the page is held within those that there are. */
export function pageOf({ story, page }: Pick<AuditAnswer, 'story' | 'page'>): Story['told'] {
  const end = story.told.length - placed(story, page) * ROWS;
  return story.told.slice(Math.max(0, end - ROWS), end);
}

function placed(story: Story, page: number): number {
  return Math.min(Math.max(0, page), auditPages(story) - 1);
}

function placeWords({ story, page }: AuditAnswer): Piece[] {
  const all = story.told.length;
  if (all <= ROWS) return [];
  const last = all - placed(story, page) * ROWS;
  const count = all.toLocaleString('en-US');
  return [` · events ${Math.max(1, last - ROWS + 1)} to ${last} of ${count}`];
}

function linkTo({ number, url }: AuditAnswer['cards'][number], index: number): Piece[] {
  const link: Link = { link: url, said: `#${number}` };
  return index === 0 ? [link] : [' · ', link];
}

function buttonsOf({ story, page, asked }: AuditAnswer): KnownBlock[] {
  if (asked === undefined) return [];
  const at = placed(story, page);
  const turn = (action: string, label: string, to: number): Button =>
    button(`${action}:${to}`, label, `${to} ${asked}`);
  const actions: ActionsBlock = {
    type: 'actions',
    block_id: 'audit',
    elements: [
      ...(at < auditPages(story) - 1 ? [turn('audit_page', 'Earlier', at + 1)] : []),
      ...(at > 0 ? [turn('audit_page', 'Later', at - 1)] : []),
      button('audit_share', 'Share here', `${at} ${asked}`),
      button('audit_csv', 'Send me CSV', `${at} ${asked}`),
    ],
  };
  return [actions];
}

function button(action_id: string, label: string, value: string): Button {
  return { type: 'button', action_id, text: plain(label, limits.button.text), value };
}
