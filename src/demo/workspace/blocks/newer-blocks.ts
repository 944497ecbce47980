import { type JsonObject, listIn, objectIn, objectsIn, stringIn } from '../json.ts';
import { limits } from '../limits.ts';
import type { Json } from '../protocol.ts';
import { buttonElement, imageElement } from './elements.ts';
import { richTextElements } from './rich-text.ts';
import type { Kind, Rule, Walk } from './rules.ts';
import {
  anyText,
  anything,
  boolean,
  byType,
  integer,
  list,
  number,
  object,
  oneOf,
  plainText,
  report,
  string,
} from './rules.ts';

const richText: Rule = byType({
  rich_text: { required: { elements: richTextElements }, optional: { block_id: string() } },
});
const cell = byType({
  raw_text: { required: { text: string() } },
  raw_number: { required: { value: number, text: string() } },
  rich_text: { required: { elements: richTextElements }, optional: { block_id: string() } },
});

/** Of the texts alone: what a rich_text cell nests is counted too. */
function textLength(value: Json): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + textLength(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return stringIn(value.text).length + textLength(value.elements ?? []);
}

function cellCharacters(rows: Json | undefined): number {
  return listIn(rows).reduce<number>(
    (sum, row) => sum + objectsIn(row).reduce((length, each) => length + textLength(each), 0),
    0,
  );
}

function tableIsSmall(value: JsonObject, pointer: string, walk: Walk): void {
  if (cellCharacters(value.rows) > limits.table.characters)
    report(walk, pointer, `must be less than ${limits.table.characters + 1} characters`);
}

const rows = (max: number) => list(list(cell, limits.table.columns), max);

const table: Kind = {
  required: { rows: rows(limits.table.rows) },
  optional: {
    column_settings: list(
      object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean }),
      limits.table.columns,
    ),
  },
  also: tableIsSmall,
};

const dataTable: Kind = {
  required: { rows: list(list(cell, limits.table.columns), limits.dataTable.rows, 2), caption: string() },
  optional: { page_size: integer(1, limits.dataTable.pageSize), row_header_column_index: integer(0) },
  also(value, pointer, walk) {
    tableIsSmall(value, pointer, walk);
    const widths = new Set(listIn(value.rows).map((row) => listIn(row).length));
    if (widths.size > 1) report(walk, `${pointer}/rows`, 'all rows must have the same number of cells');
  },
};

const card: Kind = {
  required: {},
  optional: {
    hero_image: imageElement,
    icon: imageElement,
    slack_icon: anything,
    title: anyText(limits.card.title),
    subtitle: anyText(limits.card.subtitle),
    body: anyText(limits.card.body),
    subtext: anyText(limits.card.body),
    actions: list(buttonElement, limits.card.actions),
  },
  also(value, pointer, walk) {
    const shown = [value.hero_image, value.title, value.actions, value.body];
    if (shown.every((each) => each === undefined))
      report(walk, pointer, 'must provide one of `hero_image`, `title`, `actions` or `body`');
    if (value.icon !== undefined && value.slack_icon !== undefined)
      report(walk, pointer, 'must provide either `icon` or `slack_icon`');
  },
};

const segment = object({ label: string(limits.chart.label, 1), value: number }, {});
const point = object({ label: string(limits.chart.label, 1), value: number }, {});
const series = object({ name: string(limits.chart.label, 1), data: list(point, limits.chart.points) }, {});
const axes = object({}, { categories: list(string()), x_label: string(50), y_label: string(50) });
const lines: Kind = {
  required: { series: list(series, limits.chart.series) },
  optional: { axis_config: axes },
};

const chart: Kind = {
  required: {
    title: string(limits.chart.title, 1),
    chart: byType({
      pie: { required: { segments: list(segment, limits.chart.segments) } },
      bar: lines,
      area: lines,
      line: lines,
    }),
  },
  also(value, pointer, walk) {
    const segments = objectsIn(objectIn(value.chart).segments);
    if (segments.some((each) => typeof each.value === 'number' && each.value <= 0))
      report(walk, `${pointer}/chart/segments`, 'must be greater than 0');
    const names = objectsIn(objectIn(value.chart).series).map((each) => stringIn(each.name));
    if (new Set(names).size < names.length) report(walk, `${pointer}/chart/series`, 'names must be unique');
  },
};

const task: Kind = {
  required: {
    task_id: string(limits.id, 1),
    title: string(),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  optional: {
    details: richText,
    output: richText,
    sources: list(object({ type: oneOf('url'), url: string(), text: string() })),
  },
};

export const newerBlocks: { readonly [type: string]: Kind } = {
  alert: {
    required: { text: anyText(limits.alert) },
    optional: { level: oneOf('default', 'info', 'warning', 'error', 'success') },
  },
  card,
  carousel: { required: { elements: list(byType({ card }), limits.carousel) } },
  table,
  data_table: dataTable,
  data_visualization: chart,
  task_card: task,
  plan: { required: { title: string() }, optional: { tasks: list(anything) } },
};

/** A container holds other blocks, so their rule comes from outside. */
export function containerBlock(child: Rule): Kind {
  return {
    required: { child_blocks: list(child, limits.container.children) },
    optional: {
      title: plainText(limits.container.title),
      rich_text_title: richText,
      subtitle: anyText(limits.container.subtitle),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: imageElement,
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
  };
}
