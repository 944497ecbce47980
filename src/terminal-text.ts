/** For a terminal: what agents wrote may not move its cursor, colour it or turn its letters around. */
export function terminalText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) =>
    char === '\n' ? '\n' : `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
