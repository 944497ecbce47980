import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RequestEntry } from '../protocol.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';

/** Every request between the app and Slack, newest first. */
export function RequestPanel({
  requests,
  close,
}: {
  requests: readonly RequestEntry[];
  close: () => void;
}): JSX.Element {
  const [onlyProblems, setOnlyProblems] = useState(false);
  const shown = requests
    .filter((each) => !onlyProblems || each.ok === false || each.findings.length > 0)
    .toReversed();
  return el(
    'aside',
    { class: 'requests', 'aria-label': 'Requests' },
    el(
      'header',
      { class: 'pane-head' },
      el('h2', null, 'Requests'),
      el(
        'label',
        { class: 'grow choice' },
        el('input', {
          type: 'checkbox',
          checked: onlyProblems,
          onChange: () => setOnlyProblems(!onlyProblems),
        }),
        'Only problems',
      ),
      el(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Close requests', onClick: close },
        h(Icon, { name: 'close' }),
      ),
    ),
    el(
      'div',
      { class: 'request-list', role: 'log', 'aria-label': 'Request log' },
      ...shown.map((entry) => h(Entry, { entry, key: entry.id })),
      shown.length === 0 && el('p', { class: 'muted pad' }, 'Nothing here yet.'),
    ),
  );
}

function Entry({ entry }: { entry: RequestEntry }): JSX.Element {
  const { direction, name, findings, ok } = entry;
  const outcome = ok === null ? 'waiting' : ok ? 'fine' : 'failed';
  const latency = entry.latencyMs === null ? 'waiting…' : `${Math.round(entry.latencyMs)} ms`;
  return el(
    'details',
    { class: `request ${outcome}` },
    el(
      'summary',
      null,
      el(
        'span',
        {
          class: `arrow arrow-${direction}`,
          title: direction === 'in' ? 'The app calls Slack' : 'Slack calls the app',
        },
        direction === 'in' ? 'app → Slack' : 'Slack → app',
      ),
      el('span', { class: 'request-name' }, name),
      el('span', { class: 'request-status' }, entry.error ?? String(entry.status ?? '…')),
      el('span', { class: 'muted' }, latency),
      findings.length > 0 &&
        el(
          'span',
          { class: 'findings-count' },
          `${findings.length} finding${findings.length === 1 ? '' : 's'}`,
        ),
    ),
    el(
      'div',
      { class: 'request-body' },
      findings.length > 0 && el('ul', { class: 'findings' }, ...findings.map((each) => el('li', null, each))),
      el('dl', null, ...facts(entry)),
      el('h3', null, 'Request'),
      el('pre', { tabIndex: 0 }, entry.requestBody || '(empty)'),
      el('h3', null, 'Response'),
      el('pre', { tabIndex: 0 }, entry.responseBody || '(empty)'),
    ),
  );
}

function facts(entry: RequestEntry): JSX.Element[] {
  const all: readonly (readonly [string, string | undefined])[] = [
    ['At', new Date(entry.at).toISOString()],
    [entry.method, entry.url],
    ['Over', entry.transport === 'socket' ? 'Socket Mode' : 'HTTP'],
    ['Signature', entry.signature],
  ];
  return all.flatMap(([term, value]) => (value ? [el('dt', null, term), el('dd', null, value)] : []));
}
