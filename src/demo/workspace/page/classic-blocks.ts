import { h, type JSX } from 'preact';
import { useContext, useId, useState } from 'preact/hooks';
import type { BlockProps } from './block-props.ts';
import { el } from './el.ts';
import { ElementView } from './element-view.ts';
import { asList, asLoose, asText, isLoose, type Loose } from './loose-json.ts';
import { parseMarkdown } from './markdown.ts';
import { ImageElement } from './media-blocks.ts';
import { Prose, plainOf, TextObject } from './prose-view.ts';
import { readRichText } from './rich-text.ts';
import { cutForSeeMore } from './see-more.ts';
import { BlockContext, useSurface } from './surface.ts';

export function HeaderBlock({ block }: BlockProps): JSX.Element {
  return el('h3', { class: 'header-block' }, plainOf(asLoose(block.text)));
}

export function SectionBlock({ block }: BlockProps): JSX.Element {
  const fields = asList(block.fields);
  return el(
    'div',
    { class: 'section' },
    el(
      'div',
      { class: 'section-text' },
      isLoose(block.text) && h(FoldedText, { text: block.text, expand: block.expand === true }),
      fields.length > 0 &&
        el(
          'div',
          { class: 'fields' },
          ...fields.map((text) => el('div', { class: 'fact' }, h(TextObject, { text }))),
        ),
    ),
    isLoose(block.accessory) &&
      el('div', { class: 'accessory' }, h(ElementView, { element: block.accessory })),
  );
}

function FoldedText({ text, expand }: { text: Loose; expand: boolean }): JSX.Element {
  const surface = useSurface();
  const [open, setOpen] = useState(false);
  const cut = surface.kind === 'message' && !expand ? cutForSeeMore(asText(text.text)) : undefined;
  if (cut === undefined) return h(TextObject, { text });
  return el(
    'div',
    null,
    h(TextObject, { text: open ? text : { ...text, text: cut } }),
    el(
      'button',
      { type: 'button', class: 'link-button', 'aria-expanded': open, onClick: () => setOpen(!open) },
      open ? 'See less' : 'See more',
    ),
  );
}

export function RichTextBlock({ block }: BlockProps): JSX.Element {
  return h(Prose, { flows: readRichText(block) });
}

export function MarkdownBlock({ block }: BlockProps): JSX.Element {
  return h(Prose, { flows: parseMarkdown(asText(block.text)) });
}

export function ContextBlock({ block }: BlockProps): JSX.Element {
  const drawn = asList(block.elements).map((element) =>
    element.type === 'image' ? h(ImageElement, { element }) : h(TextObject, { text: element }),
  );
  return el('div', { class: 'context' }, ...drawn);
}

export function ActionsBlock({ block }: BlockProps): JSX.Element {
  const drawn = asList(block.elements).map((element, index) =>
    h(ElementView, { element, key: asText(element.action_id) || index }),
  );
  return el('div', { class: 'actions' }, ...drawn);
}

export function ContextActionsBlock({ block }: BlockProps): JSX.Element {
  return el(
    'div',
    { class: 'context-actions' },
    ...asList(block.elements).map((element) => h(ElementView, { element, key: asText(element.action_id) })),
  );
}

export function InputBlock({ block }: BlockProps): JSX.Element {
  const surface = useSurface();
  const place = useContext(BlockContext);
  const id = useId();
  const error = surface.errors[place.blockId];
  const hint = isLoose(block.hint) ? plainOf(block.hint) : '';
  return el(
    'div',
    {
      class: error ? 'input invalid' : 'input',
      role: 'group',
      'aria-labelledby': `${id}-label`,
      'aria-describedby': `${id}-hint ${id}-error`,
    },
    el(
      'div',
      { class: 'label', id: `${id}-label` },
      plainOf(asLoose(block.label)),
      block.optional === true && el('span', { class: 'optional' }, ' (optional)'),
    ),
    h(
      BlockContext,
      { value: { ...place, labelId: `${id}-label` } },
      h(ElementView, { element: asLoose(block.element) }),
    ),
    el('div', { class: 'field-error', id: `${id}-error`, role: 'alert' }, error ?? ''),
    hint !== '' && el('div', { class: 'hint', id: `${id}-hint` }, hint),
  );
}
