import type { JSX } from 'preact';
import type { BlockProps } from './block-props.ts';
import { type Chart, readChart } from './chart.ts';
import { el } from './el.ts';
import { asLoose, asText } from './loose-json.ts';

const WIDTH = 420;
const HEIGHT = 180;
const GUTTER = 24;

type Axes = Extract<Chart, { categories: readonly string[] }>;
type Pie = Extract<Chart, { kind: 'pie' }>;

export function ChartBlock({ block }: BlockProps): JSX.Element {
  const title = asText(block.title) || asText(asLoose(block.title).text);
  const chart = readChart(asLoose(block.chart));
  return el(
    'figure',
    { class: 'chart' },
    el('figcaption', null, title),
    chart
      ? draw(chart, title)
      : el(
          'p',
          { class: 'unsupported' },
          `This workspace can’t draw the chart “${asText(asLoose(block.chart).type)}”`,
        ),
  );
}

function draw(chart: Chart, title: string): JSX.Element {
  return chart.kind === 'pie' ? drawPie(chart, title) : drawAxes(chart, title);
}

function drawPie(pie: Pie, title: string): JSX.Element {
  const paths = pie.slices.map((slice, i) => el('path', { d: slice.path, class: `tone-${i % 6}` }));
  const words = pie.slices.map(
    (slice) => `${slice.label}: ${slice.value} (${Math.round(slice.share * 100)}%)`,
  );
  return el(
    'div',
    { class: 'pie' },
    el(
      'svg',
      { viewBox: '0 0 100 100', role: 'img', 'aria-label': `${title}. ${words.join(', ')}` },
      ...paths,
    ),
    el(
      'ul',
      { class: 'legend' },
      ...words.map((word, i) => el('li', null, el('i', { class: `tone-${i % 6}` }), word)),
    ),
  );
}

function drawAxes(chart: Axes, title: string): JSX.Element {
  const span = chart.high - chart.low;
  const y = (value: number) => HEIGHT - GUTTER - ((value - chart.low) / span) * (HEIGHT - 2 * GUTTER);
  const words = chart.series.map((each) => `${each.name}: ${each.values.join(', ')}`);
  const step = WIDTH / Math.max(1, chart.categories.length);
  const labels = chart.categories.map((category, i) =>
    el('text', { x: step * (i + 0.5), y: HEIGHT - 6, 'text-anchor': 'middle' }, category),
  );
  return el(
    'div',
    null,
    el(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title}. ${words.join('; ')}` },
      el('line', { x1: 0, x2: WIDTH, y1: y(0), y2: y(0), class: 'axis' }),
      ...(chart.kind === 'bar' ? drawBars(chart, step, y) : drawLines(chart, step, y)),
      ...labels,
    ),
    el(
      'ul',
      { class: 'legend' },
      ...chart.series.map((each, i) => el('li', null, el('i', { class: `tone-${i % 6}` }), each.name)),
    ),
  );
}

function drawBars(chart: Axes, step: number, y: (value: number) => number): JSX.Element[] {
  const width = (step * 0.7) / chart.series.length;
  return chart.series.flatMap((series, s) =>
    series.values.map((value, i) => {
      const x = step * (i + 0.15) + s * width;
      const top = Math.min(y(value), y(0));
      const height = Math.max(1, Math.abs(y(value) - y(0)));
      return el('rect', { x, y: top, width: width * 0.9, height, rx: 2, class: `tone-${s % 6}` });
    }),
  );
}

function drawLines(chart: Axes, step: number, y: (value: number) => number): JSX.Element[] {
  return chart.series.flatMap((series, s) => {
    const points = series.values.map((value, i) => `${step * (i + 0.5)},${y(value)}`);
    const last = step * (series.values.length - 0.5);
    const area = [`${step / 2},${y(0)}`, ...points, `${last},${y(0)}`].join(' ');
    const line = el('polyline', { points: points.join(' '), class: `line tone-${s % 6}` });
    return chart.kind === 'area'
      ? [el('polygon', { points: area, class: `area tone-${s % 6}` }), line]
      : [line];
  });
}
