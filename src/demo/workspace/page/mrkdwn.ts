import { findEmoji } from './emoji.ts';
import { type Flow, type Inline, unescapeEntities } from './prose.ts';

const FENCE = /```\n?([\s\S]*?)\n?```/g;
const QUOTE = /^(?:&gt;|>) ?/;
const LONG_QUOTE = /^(?:&gt;|>){3}/;

/**
 * Slack's mrkdwn. `verbatim` leaves bare addresses alone, as the text object of that name does.
 * There is no backslash escape: that is Slack's, and what makes agents' text dangerous here.
 */
export function parseMrkdwn(source: string, { verbatim = false } = {}): readonly Flow[] {
  const flows: Flow[] = [];
  let end = 0;
  for (const fence of source.matchAll(FENCE)) {
    flows.push(...parseLines(trimBreaks(source.slice(end, fence.index)), verbatim));
    flows.push({ kind: 'preformatted', text: unescapeEntities(fence[1] ?? '') });
    end = fence.index + fence[0].length;
  }
  flows.push(...parseLines(end === 0 ? source : trimBreaks(source.slice(end)), verbatim));
  return flows;
}

function trimBreaks(text: string): string {
  return text.replace(/^\n|\n$/g, '');
}

function parseLines(source: string, verbatim: boolean): readonly Flow[] {
  if (source === '') return [];
  const flows: Flow[] = [];
  let lines: string[] = [];
  let quoted = false;
  const close = () => {
    if (lines.length > 0)
      flows.push({ kind: quoted ? 'quote' : 'paragraph', children: parseInline(lines.join('\n'), verbatim) });
    lines = [];
  };
  let openQuote = false;
  for (const line of source.split('\n')) {
    const startsLong: boolean = !openQuote && LONG_QUOTE.test(line);
    const isQuote: boolean = openQuote || QUOTE.test(line);
    if (isQuote !== quoted || startsLong) close();
    quoted = isQuote;
    lines.push(openQuote ? line : line.replace(startsLong ? LONG_QUOTE : QUOTE, ''));
    openQuote ||= startsLong;
  }
  close();
  return flows;
}

const STYLES: Readonly<Record<string, 'bold' | 'italic' | 'strike'>> = {
  '*': 'bold',
  _: 'italic',
  '~': 'strike',
};
const TOKEN =
  /<([^<>\n]+)>|`([^`\n]+)`|:([a-z0-9_+-]+):|(https?:\/\/[^\s<>|"'`]*[^\s<>|"'`.,;:!?)\]}*_~])|([*_~])/gi;

export function parseInline(source: string, verbatim = false): readonly Inline[] {
  const out: Inline[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') out.push({ kind: 'text', text: unescapeEntities(plain) });
    plain = '';
  };
  const token = new RegExp(TOKEN);
  let at = 0;
  for (let match = token.exec(source); match; match = token.exec(source)) {
    plain += source.slice(at, match.index);
    at = match.index + match[0].length;
    const read = readToken(source, match, verbatim);
    if (read) {
      flush();
      out.push(read.inline);
      at = read.end;
    } else {
      plain += match[0];
    }
    token.lastIndex = at;
  }
  plain += source.slice(at);
  flush();
  return out;
}

function readToken(
  source: string,
  match: RegExpExecArray,
  verbatim: boolean,
): { inline: Inline; end: number } | undefined {
  const [whole, entity, code, emoji, url, mark] = match;
  const end = match.index + whole.length;
  const unicode = emoji && findEmoji(emoji);
  if (entity) return { inline: readEntity(entity), end };
  if (code) return { inline: { kind: 'code', text: unescapeEntities(code) }, end };
  if (emoji && unicode) return { inline: { kind: 'emoji', name: emoji, unicode }, end };
  if (url && !verbatim) {
    const address = unescapeEntities(url);
    return { inline: { kind: 'link', url: address, text: address }, end };
  }
  return mark ? readStyled(source, match.index, mark, verbatim) : undefined;
}

/** A mark opens after a non-word and before a non-space, and closes the other way round, on the same line. */
function readStyled(source: string, start: number, mark: string, verbatim: boolean) {
  const before = source[start - 1] ?? ' ';
  const style = STYLES[mark];
  if (!style || /[\p{L}\p{N}]/u.test(before)) return undefined;
  const closing = new RegExp(
    `[${mark}]([^\\s${mark}](?:[^\\n${mark}]*[^\\s${mark}])?)[${mark}](?![\\p{L}\\p{N}])`,
    'uy',
  );
  closing.lastIndex = start;
  const found = closing.exec(source);
  const children = found?.[1];
  if (!found || children === undefined) return undefined;
  const inline: Inline = { kind: 'styled', style, children: parseInline(children, verbatim) };
  return { inline, end: start + found[0].length };
}

function readEntity(entity: string): Inline {
  const bar = entity.indexOf('|');
  const target = bar < 0 ? entity : entity.slice(0, bar);
  const label = bar < 0 ? undefined : unescapeEntities(entity.slice(bar + 1));
  if (/^@[UW]/.test(target)) return { kind: 'user', id: target.slice(1), label };
  if (/^#[CGD]/.test(target)) return { kind: 'channel', id: target.slice(1), label };
  if (target.startsWith('!subteam^'))
    return { kind: 'usergroup', id: target.slice('!subteam^'.length), label };
  if (target.startsWith('!date^')) return readDate(target, label ?? '');
  if (/^!(?:here|channel|everyone)$/.test(target)) return { kind: 'broadcast', range: target.slice(1) };
  if (target.startsWith('!')) return { kind: 'text', text: label ?? `<${target}>` };
  const url = unescapeEntities(target);
  return { kind: 'link', url, text: label ?? url.replace(/^mailto:/, '') };
}

function readDate(target: string, fallback: string): Inline {
  const [, timestamp = '', format = '', url] = target.split('^');
  return { kind: 'date', timestamp: Number(timestamp), format, url, fallback };
}
