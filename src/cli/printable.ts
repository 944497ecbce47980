import { terminalText } from '../terminal-text.ts';

export function say(text: string): void {
  process.stdout.write(`${terminalText(text)}\n`);
}

/** The same for programs: what a terminal would act on stands as JSON's own escapes. */
export function sayJson(value: unknown): void {
  const text = JSON.stringify(value, null, 2).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) =>
    char === '\n' ? '\n' : char.split('').map(escapeUnit).join(''),
  );
  process.stdout.write(`${text}\n`);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
