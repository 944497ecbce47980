import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/domain/decimal.ts';
import {
  checkExpression,
  ExpressionError,
  evaluate,
  fromCel,
  holds,
} from '../../../src/domain/expression.ts';
import { checkTemplate, renderJson, renderPath, renderText } from '../../../src/domain/template.ts';

describe('an expression', () => {
  it.each([
    ["input.name.matches('(a+)+$')", /matches\(\) is not offered/],
    ['input.a.exists(x, x.exists(y, y == 1))', /macro inside a macro/],
    ['inptu.amount', /Unknown variable: inptu/],
    ['decimal(input.amount', /./],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, /./],
  ])('%s is refused when its manifest is loaded', (source, why) => {
    expect(() => checkExpression(source)).toThrow(why);
  });

  it('says what is wrong as an ExpressionError', () => {
    expect(() => checkExpression("input.x.matches('a')")).toThrow(ExpressionError);
  });

  it.each([
    ['abs(input.delta) * decimal(input.price)', { delta: -3, price: '2.50' }, '7.50'],
    ['decimal(input.price) + decimal(input.delta)', { delta: 1, price: '0.10' }, '1.10'],
    ['-input.delta', { delta: 5 }, -5],
  ])('%s is exact', (source, input, expected) => {
    expect(fromCel(evaluate(source, { input }))).toEqual(expected);
  });

  it.each(['input.nope == 1', 'decimal(input.word) > decimal(1)', 'input.word', 'null'])(
    '%s does not hold',
    (source) => {
      const attempt = () => holds(source, { input: { word: 'x' } });
      let held = false;
      try {
        held = attempt();
      } catch {
        held = false;
      }
      expect(held).toBe(false);
    },
  );

  it('reaches no property of JavaScript', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
      expect(() => evaluate(`input.${name}`, { input: {} })).toThrow();
    }
  });

  it('compares decimals by value', () => {
    expect(holds("decimal('1.0') == decimal('1.00')", {})).toBe(true);
    expect(evaluate("decimal('2') * decimal('0.5')", {})).toBeInstanceOf(Decimal);
  });
});

describe('a template', () => {
  it('keeps a value in its place, whatever an agent writes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const body = renderJson({ note: '${{ input.note }}', fixed: true }, { input: { note: text } });
        expect(body).toEqual({ note: text, fixed: true });
      }),
    );
  });

  it('keeps the type of a value that stands alone', () => {
    expect(
      renderJson({ n: '${{ input.n }}', list: ['${{ input.l }}'] }, { input: { n: 3, l: [1, 'a'] } }),
    ).toEqual({ n: 3, list: [[1, 'a']] });
  });

  it.each(['../admin', 'a/b', 'a?b=c', 'a#b', 'a%2fb', 'a b', '\r\nx: y', '{', '漢'])(
    'puts %j into one segment of a path',
    (value) => {
      const path = renderPath('/accounts/${{ input.id }}/refunds', { input: { id: value } });
      const url = new URL(path, 'http://system.test');
      expect(url.pathname.split('/')).toHaveLength(4);
      expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).toBe(value);
      expect([url.search, url.hash, url.host]).toEqual(['', '', 'system.test']);
    },
  );

  it.each(['', '.', '..'])('refuses %j as a segment', (value) => {
    expect(() => renderPath('/accounts/${{ input.id }}', { input: { id: value } })).toThrow(RangeError);
  });

  it('writes text for people', () => {
    expect(
      renderText('Refund ${{ input.amount }} of ${{ input.n }}', { input: { amount: '12.00', n: 7 } }),
    ).toBe('Refund 12.00 of 7');
  });

  it('is checked with the expressions in it', () => {
    expect(() => checkTemplate({ a: ['${{ nope.x }}'] })).toThrow(ExpressionError);
    expect(() => checkTemplate({ a: ['${{ input.x }}'] })).not.toThrow();
  });
});
