import type { JSX } from 'preact';
import { el } from './el.ts';

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return `${words[0]?.charAt(0) ?? '?'}${words.length > 1 ? (words.at(-1)?.charAt(0) ?? '') : ''}`.toUpperCase();
}

/** The same name always has the same colour. */
function toneOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997;
  return sum % 8;
}

export function Avatar({
  name,
  isBot,
  small,
}: {
  name: string;
  isBot?: boolean;
  small?: boolean;
}): JSX.Element {
  const tone = isBot ? 'bot' : String(toneOf(name));
  const text = isBot ? '✓' : initials(name);
  return el('span', { class: `avatar avatar-${tone} ${small ? 'small' : ''}`, 'aria-hidden': true }, text);
}
