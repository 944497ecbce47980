import { type ComponentChildren, h, type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { el } from './el.ts';
import { usePopover } from './popover.ts';

interface MenuItem {
  readonly key: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: ComponentChildren;
  /** Given where exactly one of the items is the present one. */
  readonly checked?: boolean;
  readonly onSelect: () => void;
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly class?: string;
  readonly width?: number;
  readonly children?: ComponentChildren;
}

/** A button that opens a menu; arrow keys, Home and End walk in it. */
export function Menu(props: MenuProps): JSX.Element {
  const popover = usePopover(props.width ?? 280);
  const { open, panel } = popover;
  useEffect(() => {
    if (!open) return;
    const checked = panel.current?.querySelector<HTMLElement>('[aria-checked="true"]');
    (checked ?? panel.current?.querySelector<HTMLElement>('[role^="menuitem"]'))?.focus();
  }, [open]);
  const toggle = () => (open ? popover.hide() : popover.show());
  const choose = (item: MenuItem) => {
    popover.hide(true);
    item.onSelect();
  };
  const trigger = el(
    'button',
    {
      type: 'button',
      ref: popover.anchor,
      class: props.class ?? 'icon-button',
      'aria-label': props.label,
      'aria-haspopup': 'menu',
      'aria-expanded': open,
      title: props.label,
      onClick: toggle,
    },
    props.children,
  );
  if (!open) return trigger;
  const items = props.items.map((item) => h(MenuRow, { key: item.key, item, choose: () => choose(item) }));
  const onKeyDown = (event: KeyboardEvent) => walk(event, panel.current);
  const list = el(
    'div',
    {
      ref: panel,
      class: 'popover menu',
      role: 'menu',
      'aria-label': props.label,
      style: popover.style,
      onKeyDown,
    },
    ...items,
  );
  return h('div', { class: 'menu-holder' }, trigger, list);
}

function MenuRow({ item, choose }: { item: MenuItem; choose: () => void }): JSX.Element {
  const radio = item.checked !== undefined;
  return el(
    'button',
    {
      type: 'button',
      class: 'menu-row',
      role: radio ? 'menuitemradio' : 'menuitem',
      ...(radio && { 'aria-checked': item.checked }),
      tabIndex: -1,
      onClick: choose,
    },
    item.icon,
    el(
      'span',
      { class: 'menu-words' },
      el('span', null, item.label),
      item.description && el('span', { class: 'muted' }, item.description),
    ),
    item.checked && el('span', { class: 'check', 'aria-hidden': true }, '✓'),
  );
}

function walk(event: KeyboardEvent, panel: HTMLElement | null): void {
  const items = [...(panel?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
  const at = items.findIndex((item) => item.matches(':focus'));
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length)?.focus();
}
