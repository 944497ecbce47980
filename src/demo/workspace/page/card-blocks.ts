import { h, type JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { BlockProps } from './block-props.ts';
import { el } from './el.ts';
import { ElementView } from './element-view.ts';
import { Icon, type IconName } from './icon.ts';
import { asList, asLoose, asText, isLoose, type Loose } from './loose-json.ts';
import { ImageElement } from './media-blocks.ts';
import { safeUrl } from './prose.ts';
import { Prose, plainOf, TextObject } from './prose-view.ts';
import { readRichText } from './rich-text.ts';

const LEVELS: Readonly<Record<string, IconName>> = {
  default: 'bell',
  info: 'bulb',
  warning: 'warning',
  error: 'warning',
  success: 'check',
};

export function AlertBlock({ block }: BlockProps): JSX.Element {
  const level = asText(block.level) in LEVELS ? asText(block.level) : 'default';
  return el(
    'div',
    { class: `alert alert-${level}`, role: 'status' },
    el('span', { 'aria-label': level, role: 'img' }, h(Icon, { name: LEVELS[level] ?? 'bell' })),
    h(TextObject, { text: asLoose(block.text) }),
  );
}

export function CardBlock({ block }: BlockProps): JSX.Element {
  const part = (name: string) =>
    isLoose(block[name]) && el('div', { class: `card-${name}` }, h(TextObject, { text: block[name] }));
  const actions = asList(block.actions);
  return el(
    'div',
    { class: 'card' },
    isLoose(block.hero_image) &&
      el('div', { class: 'card-hero' }, h(ImageElement, { element: block.hero_image })),
    el(
      'div',
      { class: 'card-head' },
      isLoose(block.icon) && el('span', { class: 'card-icon' }, h(ImageElement, { element: block.icon })),
      el('div', null, part('title'), part('subtitle')),
    ),
    part('body'),
    actions.length > 0 &&
      el('div', { class: 'actions' }, ...actions.map((element) => h(ElementView, { element }))),
    part('subtext'),
  );
}

export function CarouselBlock({ block, draw }: BlockProps): JSX.Element {
  return el(
    'div',
    { class: 'carousel', role: 'group', 'aria-label': 'Carousel', tabIndex: 0 },
    draw(asList(block.elements)),
  );
}

export function ContainerBlock({ block, draw }: BlockProps): JSX.Element {
  const [open, setOpen] = useState(block.default_collapsed !== true);
  const id = useId();
  const folds = block.is_collapsible === true;
  const title = isLoose(block.rich_text_title)
    ? h(Prose, { flows: readRichText(block.rich_text_title) })
    : plainOf(asLoose(block.title));
  const head = [
    isLoose(block.icon) && h(ImageElement, { element: block.icon }),
    el(
      'span',
      null,
      el('strong', null, title),
      isLoose(block.subtitle) && el('div', { class: 'muted' }, h(TextObject, { text: block.subtitle })),
    ),
  ];
  const toggle = () => setOpen(!open);
  return el(
    'div',
    { class: `container container-${asText(block.width) || 'standard'}` },
    folds
      ? el(
          'button',
          {
            type: 'button',
            class: 'container-head',
            'aria-expanded': open,
            'aria-controls': id,
            onClick: toggle,
          },
          el('span', { class: 'chevron', 'aria-hidden': true }, open ? '▾' : '▸'),
          ...head,
        )
      : el('div', { class: 'container-head' }, ...head),
    el('div', { id, class: 'container-body', hidden: folds && !open }, draw(asList(block.child_blocks))),
  );
}

const STATUSES: Readonly<Record<string, { mark: string; word: string }>> = {
  pending: { mark: '○', word: 'Pending' },
  in_progress: { mark: '◐', word: 'In progress' },
  complete: { mark: '✓', word: 'Complete' },
  error: { mark: '!', word: 'Failed' },
};

export function TaskCardBlock({ block }: BlockProps): JSX.Element {
  const status = STATUSES[asText(block.status)] ?? { mark: '?', word: asText(block.status) || 'No status' };
  const sources = asList(block.sources);
  return el(
    'div',
    { class: 'task' },
    el(
      'span',
      { class: `task-mark task-${asText(block.status)}`, role: 'img', 'aria-label': status.word },
      status.mark,
    ),
    el(
      'div',
      null,
      el('strong', null, asText(block.title)),
      isLoose(block.details) && h(Prose, { flows: readRichText(block.details) }),
      isLoose(block.output) && h(Prose, { flows: readRichText(block.output) }),
      sources.length > 0 && el('div', { class: 'sources' }, ...sources.map(drawSource)),
    ),
  );
}

function drawSource(source: Loose): JSX.Element {
  const href = safeUrl(asText(source.url));
  const text = asText(source.text) || asText(source.url);
  return href
    ? el('a', { class: 'source', href, target: '_blank', rel: 'noreferrer noopener' }, text)
    : el('span', { class: 'source' }, text);
}

export function PlanBlock({ block, draw }: BlockProps): JSX.Element {
  return el(
    'div',
    { class: 'plan' },
    el('strong', null, asText(block.title)),
    draw(asList(block.tasks).map((task) => ({ type: 'task_card', ...task }))),
  );
}
