import { asList, asLoose, asNumber, asText, asTexts, type Loose } from './loose-json.ts';

interface Slice {
  readonly label: string;
  readonly value: number;
  readonly share: number;
  /** SVG path in a box of 100 × 100. */
  readonly path: string;
}

interface Series {
  readonly name: string;
  /** One value for each category, in their order. */
  readonly values: readonly number[];
}

export type Chart =
  | { kind: 'pie'; slices: readonly Slice[] }
  | {
      kind: 'bar' | 'line' | 'area';
      series: readonly Series[];
      categories: readonly string[];
      low: number;
      high: number;
    };

/** The geometry of a `data_visualization`, or undefined for a kind of chart that is not known. */
export function readChart(chart: Loose): Chart | undefined {
  if (chart.type === 'pie') return { kind: 'pie', slices: readSlices(asList(chart.segments)) };
  if (chart.type !== 'bar' && chart.type !== 'line' && chart.type !== 'area') return undefined;
  const series = asList(chart.series);
  const named = asTexts(asLoose(chart.axis_config).categories);
  const points = series.flatMap((each) => asList(each.data).map((point) => asText(point.label)));
  const categories = named.length > 0 ? named : [...new Set(points)];
  const read = series.map((each) => ({
    name: asText(each.name),
    values: readValues(asList(each.data), categories),
  }));
  const all = read.flatMap((each) => each.values);
  return { kind: chart.type, series: read, categories, low: Math.min(0, ...all), high: Math.max(1, ...all) };
}

function readValues(data: readonly Loose[], categories: readonly string[]): readonly number[] {
  const label = (point: Loose) => asText(point.label) || asText(point.category);
  return categories.map((category, index) => {
    const point = data.find((each) => label(each) === category) ?? data[index];
    return asNumber(point?.value) ?? 0;
  });
}

function readSlices(segments: readonly Loose[]): readonly Slice[] {
  const total = segments.reduce((sum, each) => sum + (asNumber(each.value) ?? 0), 0);
  let from = 0;
  return segments.map((segment) => {
    const value = asNumber(segment.value) ?? 0;
    const share = total > 0 ? value / total : 0;
    const path = slicePath(from, from + share);
    from += share;
    return { label: asText(segment.label), value, share, path };
  });
}

function slicePath(from: number, to: number): string {
  const point = (share: number) => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return `${(50 + 48 * Math.cos(angle)).toFixed(2)} ${(50 + 48 * Math.sin(angle)).toFixed(2)}`;
  };
  // An arc from a point to itself draws nothing: a whole pie is two halves.
  if (to - from > 0.9999) return `M ${point(0)} A 48 48 0 1 1 ${point(0.5)} A 48 48 0 1 1 ${point(0)} Z`;
  return `M 50 50 L ${point(from)} A 48 48 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(to)} Z`;
}
