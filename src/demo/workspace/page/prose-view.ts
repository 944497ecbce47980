import { type ComponentChildren, h, type JSX } from 'preact';
import type { Directory } from './directory.ts';
import { personName } from './directory.ts';
import { el } from './el.ts';
import { findEmoji } from './emoji.ts';
import { asText, type Loose } from './loose-json.ts';
import { parseMrkdwn } from './mrkdwn.ts';
import { type Flow, type Inline, safeUrl, unescapeEntities } from './prose.ts';
import { formatSlackDate } from './slack-date.ts';
import { useDirectory } from './surface.ts';

/** Draws text with DOM text nodes only: nothing a bot sends is ever parsed as HTML. */
export function Prose({ flows }: { flows: readonly Flow[] }): JSX.Element {
  const directory = useDirectory();
  return el('div', { class: 'prose' }, ...flows.map((flow) => drawFlow(flow, directory)));
}

export function Mrkdwn({ text, verbatim = false }: { text: string; verbatim?: boolean }): JSX.Element {
  return h(Prose, { flows: parseMrkdwn(text, { verbatim }) });
}

/** A text object of either type. */
export function TextObject({ text }: { text: Loose }): JSX.Element {
  if (text.type === 'mrkdwn') return h(Mrkdwn, { text: asText(text.text), verbatim: text.verbatim === true });
  return el('span', { class: 'plain' }, plainOf(text));
}

/** The characters of a plain_text object: entities resolved, `:emoji:` drawn unless it says `emoji: false`. */
export function plainOf(text: Loose): string {
  const plain = unescapeEntities(asText(text.text));
  if (text.emoji === false) return plain;
  return plain.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => findEmoji(name) ?? whole);
}

function drawFlow(flow: Flow, directory: Directory): JSX.Element {
  switch (flow.kind) {
    case 'paragraph':
      return el('p', null, drawInlines(flow.children, directory));
    case 'quote':
      return el('blockquote', null, drawInlines(flow.children, directory));
    case 'heading':
      return el(flow.level <= 1 ? 'h3' : 'h4', null, drawInlines(flow.children, directory));
    case 'preformatted':
      return el('pre', { tabIndex: 0 }, flow.text);
    case 'list': {
      const style = { marginInlineStart: `${flow.indent * 1.5}rem` };
      const items = flow.items.map((item) => el('li', null, drawInlines(item, directory)));
      return flow.ordered ? el('ol', { style, start: flow.start }, ...items) : el('ul', { style }, ...items);
    }
  }
}

function drawInlines(inlines: readonly Inline[], directory: Directory): ComponentChildren[] {
  return inlines.map((inline) => drawInline(inline, directory));
}

const STYLE_TAGS = { bold: 'strong', italic: 'em', strike: 's' } as const;

function drawInline(inline: Inline, directory: Directory): ComponentChildren {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'styled':
      return el(STYLE_TAGS[inline.style], null, drawInlines(inline.children, directory));
    case 'code':
      return el('code', null, inline.text);
    case 'link':
      return drawLink(inline.url, inline.text);
    case 'user': {
      const name = directory.people.has(inline.id)
        ? personName(directory, inline.id)
        : (inline.label ?? inline.id);
      return mention(`@${name}`, inline.id === directory.me);
    }
    case 'channel':
      return mention(`#${directory.conversations.get(inline.id)?.name ?? inline.label ?? inline.id}`, false);
    case 'usergroup': {
      const group = directory.groups.get(inline.id);
      return mention(
        `@${group?.handle ?? inline.label ?? inline.id}`,
        group?.members.includes(directory.me) ?? false,
      );
    }
    case 'broadcast':
      return mention(`@${inline.range}`, true);
    case 'date':
      return drawDate(inline, directory);
    case 'emoji':
      return el(
        'span',
        { role: 'img', 'aria-label': inline.name.replaceAll('_', ' '), class: 'emoji' },
        inline.unicode,
      );
    case 'color':
      return drawColor(inline.value);
  }
}

function mention(text: string, mine: boolean): JSX.Element {
  return el('span', { class: mine ? 'mention mine' : 'mention' }, text);
}

function drawLink(url: string, text: string): JSX.Element {
  const href = safeUrl(url);
  if (!href) return el('span', { class: 'refused-link', title: 'This address is not shown as a link' }, text);
  return el('a', { href, target: '_blank', rel: 'noreferrer noopener', title: href }, text);
}

function drawDate(date: Inline & { kind: 'date' }, directory: Directory): JSX.Element {
  const text = formatSlackDate(date.timestamp, date.format, date.fallback, directory.viewer);
  if (date.url) return drawLink(date.url, text);
  const at = new Date(date.timestamp * 1000);
  return el(
    'time',
    { dateTime: Number.isNaN(at.getTime()) ? '' : at.toISOString(), title: date.fallback },
    text,
  );
}

function drawColor(value: string): ComponentChildren {
  if (!/^#[0-9a-f]{3,8}$/i.test(value)) return value;
  return el('span', null, el('span', { class: 'swatch', style: { background: value } }), value);
}
