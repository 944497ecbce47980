import { afterEach, expect, it, vi } from 'vitest';
import { say, sayJson } from '../../src/cli/printable.ts';
import { createLogger } from '../../src/logger.ts';

const HOSTILE = 'a\u001b[2Jb\u202ec\r\u0007d\u2028e';
let written: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
  written.push(String(text));
  return true;
});
afterEach(() => {
  written = [];
});

it.each([
  ['what a command says', () => say(HOSTILE)],
  ['what it says to programs', () => sayJson({ reason: HOSTILE })],
  [
    'the log on a terminal',
    () => createLogger({ level: 'info', pretty: true }).warn({ err: HOSTILE }, 'a.thing'),
  ],
])('%s moves no cursor and turns no letters around', (_, act) => {
  act();
  const said = written.join('');
  expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
  for (const letter of 'abcde') expect(said).toContain(letter);
});

it('what is said to programs reads back as it was', () => {
  sayJson({ reason: HOSTILE });
  expect(JSON.parse(written.join(''))).toEqual({ reason: HOSTILE });
});
