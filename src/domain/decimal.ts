/** An exact decimal: `units` divided by 10 to the power of `scale`. Money is computed in it and never in floats. */
export class Decimal {
  readonly units: bigint;
  readonly scale: number;

  constructor(units: bigint, scale: number) {
    this.units = units;
    this.scale = scale;
  }

  /** Reads plain notation only (`-12.50`): no exponent, no thousands mark. Throws a RangeError that quotes what it got. */
  static parse(text: string): Decimal {
    const match = /^(-?)(\d{1,30})(?:\.(\d{1,20}))?$/.exec(text);
    if (!match) throw new RangeError(`"${text.slice(0, 40)}" is not a decimal number such as 12.50`);
    const fraction = match[3] ?? '';
    const units = BigInt(`${match[2]}${fraction}`);
    return new Decimal(match[1] ? -units : units, fraction.length);
  }

  static of(value: bigint): Decimal {
    return new Decimal(value, 0);
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) + other.at(scale), scale);
  }

  minus(other: Decimal): Decimal {
    return this.plus(other.negated());
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.units * other.units, this.scale + other.scale);
  }

  negated(): Decimal {
    return new Decimal(-this.units, this.scale);
  }

  abs(): Decimal {
    return this.units < 0n ? this.negated() : this;
  }

  /** Negative, zero or positive, as `Array.prototype.sort` wants it. */
  compare(other: Decimal): number {
    const difference = this.minus(other).units;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** The number of units of 10^-scale, rounded away from zero so that an impact is never understated. */
  toMinor(scale: number): bigint {
    if (this.scale <= scale) return this.at(scale);
    const divisor = 10n ** BigInt(this.scale - scale);
    const whole = this.units / divisor;
    if (this.units % divisor === 0n) return whole;
    return this.units < 0n ? whole - 1n : whole + 1n;
  }

  toString(): string {
    const digits = (this.units < 0n ? -this.units : this.units).toString().padStart(this.scale + 1, '0');
    const sign = this.units < 0n ? '-' : '';
    const cut = digits.length - this.scale;
    return this.scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, cut)}.${digits.slice(cut)}`;
  }

  private at(scale: number): bigint {
    return this.units * 10n ** BigInt(scale - this.scale);
  }
}
