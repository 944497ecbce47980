import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bareHost,
  escapeText,
  mixedAlphabets,
  neutralise,
  pagesOf,
  show,
} from '../../../../src/slack/cards/text.ts';
import { hostileTexts } from '../../../support/hostile-texts.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...hostileTexts));

describe('neutralise', () => {
  it.each([
    ['4\u202e000,6', '4⟨U+202E⟩000,6'],
    ['a\u200bb\u{e0041}', 'a⟨U+200B⟩b⟨U+E0041⟩'],
    ['\ue000\u00a0\u3164', '⟨U+E000⟩⟨U+00A0⟩⟨U+3164⟩'],
    ['one\ntwo\r\n', 'one⏎ two⟨U+000D⟩⏎ '],
    ['⟨U+202E⟩', '⟨U+27E8⟩U+202E⟩'],
    [`e${'\u0301'.repeat(4)}`, `e${'\u0301'.repeat(3)}⟨U+0301⟩`],
    ['Grüße, Łódź, 東京, naïve', 'Grüße, Łódź, 東京, naïve'],
  ])('shows %j as %j', (text, shown) => {
    expect(neutralise(text)).toBe(shown);
  });

  it('keeps different texts different', () => {
    const similar = fc.string({
      unit: fc.constantFrom('⏎', '\n', ' ', '⟨', 'U', '+', '0', 'A', '⟩', '\u000a', '\u202e'),
    });
    fc.assert(
      fc.property(similar, similar, (one, other) => {
        expect(neutralise(one) === neutralise(other)).toBe(one === other);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves line breaks and tabs only where lines may break', () => {
    expect(neutralise('a\n\tb', true)).toBe('a\n\tb');
  });
});

describe('show', () => {
  it('fits the room after escaping, for any text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 40, max: 400 }), (text, max) => {
        expect(escapeText(show(text, { max })).length).toBeLessThanOrEqual(max);
      }),
      { numRuns: 300 },
    );
  });

  it('says how much it cut', () => {
    expect(show('x'.repeat(9_512), { max: 323 })).toMatch(/^x{300}… 9,212 more characters$/);
  });

  it('does not cut a family in two', () => {
    expect(show('🇩🇪'.repeat(50), { max: 62 })).toMatch(/^(🇩🇪)+… \d+ more characters$/u);
  });
});

describe('pagesOf', () => {
  it('loses nothing and fits every page', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const pages = pagesOf(text, 100);
        expect(pages.join('')).toBe(text);
        for (const page of pages) expect(show(page, { max: 100, lines: true })).toBe(neutralise(page, true));
      }),
      { numRuns: 300 },
    );
  });
});

describe('bareHost', () => {
  it.each([
    ['https://support.acme.test/tickets/88213?x=1', 'support.acme.test'],
    ['https://bank.example@evil.test/', 'evil.test'],
    ['https://bücher.example', 'xn--bcher-kva.example'],
    ['https://p\u0430ypal.com/login', 'xn--pypal-4ve.com'],
    ['javascript:alert(1)', 'not a web address'],
    ['see ticket 5', 'not a web address'],
    [`https://${'a.'.repeat(80)}evil.test`, `…${'a.'.repeat(80)}evil.test`.replace(/^….*(?=.{60}$)/, '…')],
  ])('leads %s to %s', (url, host) => {
    expect(bareHost(url)).toBe(host);
  });
});

describe('mixedAlphabets', () => {
  it.each([
    ['p\u0430ypal', ['Latin', 'Cyrillic']],
    ['ｐａｙｐａｌ', ['Latin', 'lookalike signs']],
    ['paypal и Москва', []],
    ['Ωmega', ['Latin', 'Greek']],
    ['inv_9 4471', []],
  ])('finds in %s %j', (text, alphabets) => {
    expect(mixedAlphabets(text)).toEqual(alphabets);
  });
});
