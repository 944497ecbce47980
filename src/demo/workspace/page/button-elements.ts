import { h, type JSX } from 'preact';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { toJson } from './input-state.ts';
import { asList, asLoose, asText, asTexts, type Loose } from './loose-json.ts';
import { Menu } from './menu.ts';
import { safeUrl } from './prose.ts';
import { plainOf } from './prose-view.ts';
import { useDirectory } from './surface.ts';
import { useElement } from './use-element.ts';

interface Props {
  element: Loose;
}

export function ButtonElement({ element }: Props): JSX.Element {
  const { press, busy } = useElement(element);
  const style = element.style === 'primary' || element.style === 'danger' ? element.style : '';
  const spoken = asText(element.accessibility_label);
  const url = safeUrl(asText(element.url));
  const onClick = () => {
    if (url) window.open(url, '_blank', 'noreferrer');
    void press({ type: asText(element.type) });
  };
  return el(
    'button',
    {
      type: 'button',
      class: `btn ${style}`,
      'aria-busy': busy,
      ...(spoken && { 'aria-label': spoken }),
      onClick,
    },
    plainOf(asLoose(element.text)),
    url && el('span', { 'aria-hidden': true }, ' ↗'),
    busy && el('span', { class: 'spinner', 'aria-hidden': true }),
  );
}

export function OverflowElement({ element }: Props): JSX.Element {
  const { press, busy } = useElement(element);
  const items = asList(element.options).map((option) => ({
    key: asText(option.value),
    label: plainOf(asLoose(option.text)),
    description: plainOf(asLoose(option.description)),
    onSelect: () => {
      const url = safeUrl(asText(option.url));
      if (url) window.open(url, '_blank', 'noreferrer');
      void press({ type: 'overflow', selected_option: toJson(option) });
    },
  }));
  const mark = el('span', { 'aria-hidden': true }, '⋯');
  return h(Menu, { label: 'More options', class: busy ? 'btn square busy' : 'btn square', items }, mark);
}

export function FeedbackElement({ element }: Props): JSX.Element {
  const { press, busy } = useElement(element);
  const draw = (option: Loose, name: 'thumb_up' | 'thumb_down') => {
    const label = asText(option.accessibility_label) || plainOf(asLoose(option.text));
    const chosen = {
      type: 'feedback_buttons',
      value: asText(option.value),
      text: toJson(option.text ?? null),
    };
    const onClick = () => void press(chosen);
    return el(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': label, title: label, 'aria-busy': busy, onClick },
      h(Icon, { name }),
    );
  };
  return el(
    'div',
    { class: 'row' },
    draw(asLoose(element.positive_button), 'thumb_up'),
    draw(asLoose(element.negative_button), 'thumb_down'),
  );
}

export function IconButtonElement({ element }: Props): JSX.Element {
  const { press, busy } = useElement(element);
  const { me } = useDirectory();
  const only = asTexts(element.visible_to_user_ids);
  const text = plainOf(asLoose(element.text));
  const label = asText(element.accessibility_label) || text;
  return el(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': label,
      'aria-busy': busy,
      hidden: only.length > 0 && !only.includes(me),
      onClick: () => void press({ type: 'icon_button' }),
    },
    element.icon === 'trash' && h(Icon, { name: 'trash' }),
    ` ${text}`,
  );
}
