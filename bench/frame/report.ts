/** Of several rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

/**
 * What a figure is held to. A `gate` does not move with the machine's other work (commits, bytes, buffers, CPU time) and fails the run; a
 * `target` is a ratio taken side by side, which is reported as missed and fails only beyond its floor.
 */
export type Bar = {
  readonly kind: 'gate' | 'target';
  /** Of `docs/performance.md`. */
  readonly row: number;
  readonly floor?: number;
} & ({ readonly atMost: number } | { readonly atLeast: number });

export interface Figure {
  /** Who or what was measured, and of what: `product: WAL a proposal`. */
  readonly what: string;
  readonly value: number | Spread;
  readonly unit: string;
  readonly bar?: Bar;
}

export type Verdict = 'met' | 'missed' | 'failed';

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const median = Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN, n: sorted.length };
}

/** Undefined: it is held to nothing. What could not be measured (NaN) has failed. */
export function judge({ value, bar }: Figure): Verdict | undefined {
  if (!bar) return undefined;
  const measured = typeof value === 'number' ? value : value.median;
  const keeps = (bound: number): boolean => ('atMost' in bar ? measured <= bound : measured >= bound);
  if (keeps('atMost' in bar ? bar.atMost : bar.atLeast)) return 'met';
  if (bar.kind === 'gate' || Number.isNaN(measured)) return 'failed';
  return bar.floor === undefined || keeps(bar.floor) ? 'missed' : 'failed';
}

/** A table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    `${numberOf(figure.value)} ${figure.unit}`.trim(),
    figure.bar ? barOf(figure.bar) : '',
    judge(figure) ?? '',
  ]);
  const head = ['figure', 'measured: median (min–max, n)', 'bar', ''];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd();
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}

function numberOf(value: number | Spread): string {
  if (typeof value === 'number') return short(value);
  return `${short(value.median)} (${short(value.min)}–${short(value.max)}, ${value.n})`;
}

function short(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

function barOf(bar: Bar): string {
  const bound = 'atMost' in bar ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`;
  return `${bound} (${bar.kind} ${bar.row}${bar.floor === undefined ? '' : `, floor ${bar.floor}`})`;
}
