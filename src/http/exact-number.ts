/** A number as written, or why a reader could take it for another one. `text` is a JSON number. */
export function readExactNumber(text: string): number | string {
  const value = Number(text);
  if (Object.is(value, -0)) return 'is a negative zero';
  if (!Number.isFinite(value)) return 'is too large for a number';
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return 'is beyond 2^53-1, where numbers get rounded: write it as text';
  return sameDecimal(text, String(value))
    ? value
    : 'has more digits than a number can keep: write it as text';
}

function sameDecimal(a: string, b: string): boolean {
  const [left, right] = [significant(a), significant(b)];
  return left.digits === right.digits && (left.digits === '' || left.exponent === right.exponent);
}

/** The digits without zeros around them, and the power of ten of the last one. */
function significant(text: string): { digits: string; exponent: number } {
  const [, whole = '', fraction = '', power = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  return { digits, exponent: Number(power) - fraction.length + (all.length - digits.length) };
}
