import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStrictJson } from '../../../src/http/strict-json.ts';
import { ACCEPTED, NOT_UTF8, REFUSED } from '../data/strict-json-cases.ts';

const read = (text: string) => readStrictJson(Buffer.from(text, 'utf8'));
const short = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

describe('reading strict JSON', () => {
  it('has a corpus worth the name', () => {
    expect(ACCEPTED.length + REFUSED.length + NOT_UTF8.length).toBeGreaterThan(180);
  });

  it.each(ACCEPTED.map((text) => [short(text), text]))('takes %j for what JSON.parse takes it', (_, text) => {
    expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each(REFUSED.map(([text, why]) => [short(text), why, text]))('refuses %j: %s', (_, why, text) => {
    expect(read(text)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });

  it.each(NOT_UTF8)('refuses the bytes %s, which are no UTF-8', (hex) => {
    expect(readStrictJson(Buffer.from(hex, 'hex'))).toEqual({ ok: false, why: 'it is not valid UTF-8' });
  });

  it('reads whatever JSON.stringify writes, but for what it refuses on purpose', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'medium' }), (text) => {
        const result = read(text);
        if (result.ok) expect(result.value).toEqual(JSON.parse(text));
        else expect(result.why).toMatch(/twice|beyond|nested|NUL|surrogate|negative zero|__proto__/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees with JSON.parse on what is no JSON at all', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const result = read(text);
        if (result.ok) expect(() => JSON.parse(text)).not.toThrow();
        else if (!/twice|negative zero/.test(result.why)) expect(() => JSON.parse(text)).toThrow();
      }),
      { numRuns: 20_000 },
    );
  });
});
