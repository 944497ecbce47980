import type {
  HeaderBlock,
  PlainTextElement,
  RichTextBlock,
  RichTextBlockElement,
  RichTextDate,
  RichTextElement,
  RichTextSection,
} from '@slack/types';
import { formatTime } from '../../domain/format-time.ts';
import { limits } from './limits.ts';
import { escapeText, type Room, show } from './text.ts';

/** Text from outside, with the room that it may take. */
export interface Said extends Partial<Room> {
  readonly said: string;
  readonly bold?: true;
}

/** Somebody whose turn it is: Slack tells them. The id is Slack's own, never a text's. */
export interface Mention {
  readonly ping: { readonly user: string } | { readonly group: string };
  /** Where only text can stand. */
  readonly said: string;
}

/** An address of Slack's own; never one that a text names. */
export interface Link {
  readonly link: string;
  readonly said: string;
}

/** A line of a card: our own words, words from outside, whom to ping, where to go, and times in the reader's own zone. */
export type Piece = string | Date | Said | Mention | Link;

export function bold(said: string, max: number = limits.sentence): Said {
  return { said, bold: true, max };
}

export function quote(said: string, max: number = limits.sentence): Piece[] {
  return ['“', { said, max }, '”'];
}

/** Every text of a message goes through here or {@link plain}: rich text interprets nothing, and what hides is shown. */
function toElement(piece: Piece): RichTextElement {
  if (piece instanceof Date) return date(piece);
  if (typeof piece !== 'string' && 'ping' in piece) {
    return 'user' in piece.ping
      ? { type: 'user', user_id: piece.ping.user }
      : { type: 'usergroup', usergroup_id: piece.ping.group };
  }
  if (typeof piece !== 'string' && 'link' in piece)
    return { type: 'link', url: piece.link, text: show(piece.said, { max: limits.name }) };
  const { text, isBold } = textOf(piece);
  return { type: 'text', text, ...(isBold ? { style: { bold: true } } : {}) };
}

function textOf(piece: string | Said | Mention | Link): { text: string; isBold: boolean } {
  if (typeof piece === 'string') return { text: show(piece, { max: limits.element }), isBold: false };
  if ('ping' in piece || 'link' in piece)
    return { text: show(piece.said, { max: limits.name }), isBold: false };
  const { said, max = limits.sentence, lines = false } = piece;
  return { text: show(said, { max, lines }), isBold: piece.bold === true };
}

function date(at: Date): RichTextDate {
  return {
    type: 'date',
    timestamp: Math.floor(at.getTime() / 1_000),
    format: '{date_short_pretty} at {time}',
    fallback: formatTime(at, 'UTC'),
  };
}

/** Slack refuses empty texts. */
export function elementsOf(pieces: readonly Piece[]): RichTextElement[] {
  return pieces.map(toElement).filter((element) => element.type !== 'text' || element.text !== '');
}

export function line(...pieces: Piece[]): RichTextSection {
  return { type: 'rich_text_section', elements: elementsOf(pieces) };
}

export function list(lines: readonly (readonly Piece[])[]): RichTextBlockElement[] {
  if (lines.length === 0) return [];
  return [{ type: 'rich_text_list', style: 'bullet', elements: lines.map((pieces) => line(...pieces)) }];
}

/** A box of its own, in which lines may break. */
export function preformatted(said: string): RichTextBlockElement {
  const text = show(said, { max: limits.element, lines: true });
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] };
}

export function richText(block_id: string, ...elements: RichTextBlockElement[]): RichTextBlock {
  return { type: 'rich_text', block_id, elements };
}

export function plain(text: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: show(text, { max }), emoji: false };
}

export function header(block_id: string, text: string): HeaderBlock {
  return { type: 'header', block_id, text: plain(text, limits.header) };
}

/** The same words in a plain text, which {@link plain} makes safe; times in one named zone. */
export function words(pieces: readonly Piece[], timezone: string): string {
  return pieces
    .map((piece) =>
      piece instanceof Date ? formatTime(piece, timezone) : typeof piece === 'string' ? piece : piece.said,
    )
    .join('');
}

/** The same words where only text can stand: escaped, times in one named zone. */
export function sentence(pieces: readonly Piece[], timezone: string): string {
  return pieces
    .map((piece) => (piece instanceof Date ? formatTime(piece, timezone) : escapeText(textOf(piece).text)))
    .join('');
}
