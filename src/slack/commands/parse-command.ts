export interface ParsedCommand {
  /** Lower case; empty: nothing was typed. */
  readonly word: string;
  readonly rest: string;
}

/** Phones type these; nobody means them. */
const TYPED: readonly [RegExp, string][] = [
  [/[“”„«»]/g, '"'],
  [/[‘’‚]/g, "'"],
  [/[–—−]/g, '-'],
  [/\u200b|\ufeff/g, ''],
  [/\s+/g, ' '],
];

/** `<@U123|dana>` is `@U123`, `<#C123|refunds>` is `#refunds`, a link is what stands on it; then the three escaped signs. */
function readSlackForms(text: string): string {
  return text
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g, '@$1')
    .replace(
      /<#([CG][A-Z0-9]+)(?:\|([^>]*))?>/g,
      (_, id: string, name: string | undefined) => `#${name || id}`,
    )
    .replace(/<!subteam\^[A-Z0-9]+\|@?([^>]*)>/g, '@$1')
    .replace(/<(?:[a-z]+:)[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<(?:mailto:)?([^|>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

export function parseCommand(text: string): ParsedCommand {
  const plain = TYPED.reduce((so, [found, meant]) => so.replace(found, meant), readSlackForms(text)).trim();
  const [word = '', ...rest] = plain.split(' ');
  return { word: word.toLowerCase(), rest: rest.join(' ') };
}
