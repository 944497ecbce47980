/**
 * Where Slack folds the text of a section in a message behind "See more". Slack does not document it for blocks;
 * these are its documented values for attachments, and the lower of what is seen, so that a card that hides
 * nothing here hides nothing there. `expand: true` on the section stops it.
 */
const SEE_MORE = { characters: 700, lineBreaks: 5 };

/** The part that shows before "See more", or undefined where nothing is folded. Never cuts inside `<…>`. */
export function cutForSeeMore(text: string): string | undefined {
  const lines = text.split('\n');
  const byLines = lines.length > SEE_MORE.lineBreaks ? lines.slice(0, SEE_MORE.lineBreaks).join('\n') : text;
  if (byLines.length <= SEE_MORE.characters) return byLines === text ? undefined : byLines;
  const shown = byLines.slice(0, SEE_MORE.characters);
  const open = shown.lastIndexOf('<');
  const whole = open > shown.lastIndexOf('>') ? shown.slice(0, open) : shown;
  const space = whole.lastIndexOf(' ');
  return `${space > SEE_MORE.characters / 2 ? whole.slice(0, space) : whole}…`;
}
