import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BlockProps } from './block-props.ts';
import { el } from './el.ts';
import { asList, asNumber, asText, isLoose, type Loose } from './loose-json.ts';
import { unescapeEntities } from './prose.ts';
import { Prose } from './prose-view.ts';
import { readRichText } from './rich-text.ts';

type Row = readonly Loose[];

function readRows(block: Loose): readonly Row[] {
  return Array.isArray(block.rows) ? block.rows.map(asList) : [];
}

function drawCell(cell: Loose): JSX.Element | string {
  if (cell.type === 'rich_text') return h(Prose, { flows: readRichText(cell) });
  return unescapeEntities(asText(cell.text)) || String(asNumber(cell.value) ?? '');
}

export function TableBlock({ block }: BlockProps): JSX.Element {
  const settings = Array.isArray(block.column_settings) ? block.column_settings : [];
  const style = (column: number) => {
    const setting: unknown = settings[column];
    const align = isLoose(setting) ? asText(setting.align) : '';
    const wraps = isLoose(setting) && setting.is_wrapped === true;
    return `cell-${align || 'left'} ${wraps ? 'wraps' : ''}`;
  };
  const [head, ...body] = readRows(block);
  return el(
    'div',
    { class: 'table-scroll', tabIndex: 0, role: 'group', 'aria-label': 'Table' },
    el(
      'table',
      null,
      el(
        'thead',
        null,
        el(
          'tr',
          null,
          ...(head ?? []).map((cell, i) => el('th', { scope: 'col', class: style(i) }, drawCell(cell))),
        ),
      ),
      el(
        'tbody',
        null,
        ...body.map((row) =>
          el('tr', null, ...row.map((cell, i) => el('td', { class: style(i) }, drawCell(cell)))),
        ),
      ),
    ),
  );
}

const DEFAULT_PAGE_SIZE = 5;

export function DataTableBlock({ block }: BlockProps): JSX.Element {
  const [page, setPage] = useState(0);
  const [head, ...body] = readRows(block);
  const size = asNumber(block.page_size) ?? DEFAULT_PAGE_SIZE;
  const pages = Math.max(1, Math.ceil(body.length / size));
  const header = asNumber(block.row_header_column_index);
  const numeric = (cell: Loose) => (cell.type === 'raw_number' ? 'cell-right' : '');
  const drawRow = (row: Row) =>
    el(
      'tr',
      null,
      ...row.map((cell, i) =>
        i === header
          ? el('th', { scope: 'row' }, drawCell(cell))
          : el('td', { class: numeric(cell) }, drawCell(cell)),
      ),
    );
  return el(
    'div',
    { class: 'data-table' },
    el(
      'div',
      { class: 'table-scroll', tabIndex: 0, role: 'group', 'aria-label': asText(block.caption) },
      el(
        'table',
        null,
        el('caption', null, unescapeEntities(asText(block.caption))),
        el(
          'thead',
          null,
          el('tr', null, ...(head ?? []).map((cell) => el('th', { scope: 'col' }, drawCell(cell)))),
        ),
        el('tbody', null, ...body.slice(page * size, (page + 1) * size).map(drawRow)),
      ),
    ),
    pages > 1 &&
      el(
        'div',
        { class: 'pager' },
        el(
          'button',
          { type: 'button', class: 'btn', disabled: page === 0, onClick: () => setPage(page - 1) },
          'Previous page',
        ),
        el('span', { 'aria-live': 'polite' }, `Page ${page + 1} of ${pages} · ${body.length} rows`),
        el(
          'button',
          { type: 'button', class: 'btn', disabled: page + 1 >= pages, onClick: () => setPage(page + 1) },
          'Next page',
        ),
      ),
  );
}
