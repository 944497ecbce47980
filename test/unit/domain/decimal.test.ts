import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/domain/decimal.ts';
import { amountOf, exponentOf, formatMoney, moneyOf } from '../../../src/domain/money.ts';

const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 6 }));

describe('a decimal', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(decimals, ([units, scale]) => {
        const decimal = new Decimal(units, scale);
        expect(Decimal.parse(decimal.toString()).compare(decimal)).toBe(0);
      }),
    );
  });

  it('adds and multiplies as integers do', () => {
    fc.assert(
      fc.property(decimals, decimals, ([a, sa], [b, sb]) => {
        const sum = new Decimal(a, sa).plus(new Decimal(b, sb));
        expect(sum.units * 10n ** BigInt(12 - sum.scale)).toBe(
          a * 10n ** BigInt(12 - sa) + b * 10n ** BigInt(12 - sb),
        );
        const product = new Decimal(a, sa).times(new Decimal(b, sb));
        expect([product.units, product.scale]).toEqual([a * b, sa + sb]);
      }),
    );
  });

  it.each(['5e2', '1,000.00', '', '.5', '5.', '0x10', ' 1', '1 ', 'NaN', 'Infinity', '--1', '１'])(
    'does not read %j',
    (text) => {
      expect(() => Decimal.parse(text)).toThrow(RangeError);
    },
  );
});

describe('money', () => {
  it.each([
    ['499.99', 'USD', 49999n],
    ['499.995', 'USD', 50000n],
    ['-600', 'USD', -60000n],
    ['-0.001', 'USD', -1n],
    ['500', 'JPY', 500n],
    ['499.1', 'JPY', 500n],
    ['1.2345', 'KWD', 1235n],
  ])('%s %s is %s minor units: never understated', (text, currency, minor) => {
    expect(moneyOf(Decimal.parse(text), currency).minor).toBe(minor);
  });

  it('knows the digits of each currency', () => {
    expect(['USD', 'JPY', 'KWD'].map(exponentOf)).toEqual([2, 0, 3]);
    expect(() => exponentOf('NOPE')).toThrow(RangeError);
  });

  it('is written exactly, however large', () => {
    const money = moneyOf(Decimal.parse('12345678901234567.89'), 'USD');
    expect(amountOf(money)).toBe('12345678901234567.89');
    expect(formatMoney(money)).toBe('$12,345,678,901,234,567.89');
  });
});
