import { formatCount } from './format-count.ts';

/** Slack's three control characters; in mrkdwn and in `text` nothing else can ping or link. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * What is not to be seen, or seen as something else: controls, format and bidi characters, tags, private use, odd spaces, and a
 * fourth mark piled on one letter. The signs that we write ourselves are among it, so that nobody else can.
 */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800⟨⏎]|(?! )\s|(?<=\p{M}{3})\p{M}/gu;

/** Makes the invisible visible as `⟨U+202E⟩`. Different texts stay different. */
export function neutralise(text: string, lines = false): string {
  return text.replace(HIDDEN, (found) => {
    if (found === '\n') return lines ? found : '⏎ ';
    if (found === '\t' && lines) return found;
    const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `⟨U+${code.padStart(4, '0')}⟩`;
  });
}

export interface Room {
  /** Characters after escaping. */
  readonly max: number;
  /** Whether lines may break. */
  readonly lines?: boolean;
}

let segmenter: Intl.Segmenter | undefined;

/** What people take for one character each; the tables for that are loaded only when a text is too long. */
function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Neutralised, and cut between graphemes to the room there is; what is cut is said. */
export function show(text: string, { max, lines = false }: Room): string {
  const whole = neutralise(text, lines);
  if (escapeText(whole).length <= max) return whole;
  const parts = graphemesOf(text);
  const left = max - said(parts.length).length;
  let length = 0;
  const fitting: string[] = [];
  for (const part of parts) {
    const visible = neutralise(part, lines);
    length += escapeText(visible).length;
    if (length > left) break;
    fitting.push(visible);
  }
  return fitting.join('') + said(parts.length - fitting.length);
}

/** The text cut into pages that each fit once they are shown; nothing is left out. */
export function pagesOf(text: string, max: number): string[] {
  if (text === '') return [];
  const pages = [''];
  let length = 0;
  for (const part of smallParts(text, max)) {
    const size = sizeOf(part);
    if (length + size > max) {
      pages.push('');
      length = 0;
    }
    pages[pages.length - 1] += part;
    length += size;
  }
  return pages;
}

/** A mark by itself counts as the code that it turns into after three others. */
function sizeOf(part: string): number {
  return /^\p{M}/u.test(part) ? part.length * 10 : escapeText(neutralise(part, true)).length;
}

function smallParts(text: string, max: number): string[] {
  return graphemesOf(text).flatMap((part) =>
    escapeText(neutralise(part, true)).length > max ? Array.from(part) : [part],
  );
}

function said(count: number): string {
  return `… ${formatCount(count, 'more character')}`;
}

/** Where a link leads, and nothing else of it: `bank.example`, in punycode, its end first to go last. */
export function bareHost(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return 'not a web address';
  return parsed.host.length <= 60 ? parsed.host : `…${parsed.host.slice(-60)}`;
}

const ALPHABETS = {
  Latin: /\p{Script=Latin}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Greek: /\p{Script=Greek}/u,
  Armenian: /\p{Script=Armenian}/u,
  Cherokee: /\p{Script=Cherokee}/u,
} as const;

/** The alphabets that are mixed within one word, as lookalikes do (`pаypal` with a Cyrillic а); empty: none. */
export function mixedAlphabets(text: string): string[] {
  const mixed = new Set<string>();
  for (const [word] of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const found = Object.entries(ALPHABETS).flatMap(([name, letter]) => (letter.test(word) ? [name] : []));
    if (/[\uFF01-\uFF5E]|[\u{1D400}-\u{1D7FF}]/u.test(word)) found.push('lookalike signs');
    if (found.length > 1 || found.includes('lookalike signs')) for (const name of found) mixed.add(name);
  }
  return [...mixed];
}
