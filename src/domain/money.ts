import { Decimal } from './decimal.ts';

/** An amount in minor units (cents) of an ISO 4217 currency. */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

const exponents = new Map<string, number>();

/** How many digits follow the point: 2 for USD, 0 for JPY, 3 for KWD. Throws a RangeError for what is no currency code. */
export function exponentOf(currency: string): number {
  let digits = exponents.get(currency);
  if (digits === undefined) {
    digits =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2;
    exponents.set(currency, digits);
  }
  return digits;
}

export function moneyOf(amount: Decimal, currency: string): Money {
  return { minor: amount.toMinor(exponentOf(currency)), currency };
}

/** `1250.00`: exact, for JSON. */
export function amountOf(money: Money): string {
  return new Decimal(money.minor, exponentOf(money.currency)).toString();
}

const formats = new Map<string, Intl.NumberFormat>();

/** `$1,250.00`, for people. Making a format costs a hundred times what using it does. */
export function formatMoney(money: Money): string {
  const { currency } = money;
  const format = formats.get(currency) ?? new Intl.NumberFormat('en-US', { style: 'currency', currency });
  formats.set(currency, format);
  return format.format(amountOf(money) as `${number}`);
}
