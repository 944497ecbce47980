import { h, type JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { asNumber, asText, type Loose } from './loose-json.ts';
import { usePopover } from './popover.ts';
import { plainOf } from './prose-view.ts';
import { type Choice, holdChoices, listChoices, readHeld, readOptions } from './select-options.ts';
import { useDirectory, useSurface } from './surface.ts';
import { useElement } from './use-element.ts';

/** All ten selects: a button that shows what is chosen and opens a list with a filter. */
export function SelectElement({ element }: { element: Loose }): JSX.Element {
  const handle = useElement(element);
  const directory = useDirectory();
  const popover = usePopover();
  const type = asText(element.type);
  const multi = type.startsWith('multi_');
  const held = readHeld(handle.state, directory, plainOf);
  const choose = (choice: Choice) => {
    const rest = held.filter((each) => each.value !== choice.value);
    const next = !multi ? [choice] : rest.length < held.length ? rest : [...held, choice];
    if (!multi) popover.hide(true);
    if (next.length <= (asNumber(element.max_selected_items) ?? Number.POSITIVE_INFINITY)) {
      void handle.commit(
        holdChoices(
          type,
          next.map((each) => each.held),
        ),
      );
    }
  };
  const shown = held.map((each) => each.label).join(', ');
  const placeholder = handle.placeholder || (multi ? 'Choose options' : 'Choose an option');
  const trigger = el(
    'button',
    {
      type: 'button',
      ref: popover.anchor,
      class: held.length > 0 ? 'select' : 'select empty',
      role: 'combobox',
      'aria-haspopup': 'listbox',
      'aria-expanded': popover.open,
      'aria-busy': handle.busy,
      ...handle.naming,
      onClick: () => (popover.open ? popover.hide() : popover.show()),
    },
    el('span', { class: 'select-text' }, shown || placeholder),
    h(Icon, { name: 'chevron' }),
  );
  if (!popover.open) return trigger;
  return el(
    'div',
    { class: 'menu-holder' },
    trigger,
    el(
      'div',
      { class: 'popover select-panel', ref: popover.panel, style: popover.style },
      h(ChoiceList, { element, held, choose, multi, label: placeholder }),
    ),
  );
}

interface ChoiceListProps {
  element: Loose;
  held: readonly Choice[];
  choose: (choice: Choice) => void;
  multi: boolean;
  label: string;
}

function ChoiceList({ element, held, choose, multi, label }: ChoiceListProps): JSX.Element {
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const choices = useChoices(element, typed);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    const current = choices[active];
    if (step !== 0) setActive((active + step + choices.length) % Math.max(1, choices.length));
    if (event.key === 'Enter' && current) choose(current);
    if (step !== 0 || event.key === 'Enter') event.preventDefault();
  };
  const rows = choices.map((choice, index) => {
    const heads = choice.group !== '' && choices[index - 1]?.group !== choice.group;
    const on = held.some((each) => each.value === choice.value);
    const row = el(
      'div',
      {
        id: `${id}-${index}`,
        class: index === active ? 'option active' : 'option',
        role: 'option',
        'aria-selected': on,
        onClick: () => choose(choice),
      },
      el('span', { class: 'check', 'aria-hidden': true }, on ? '✓' : ''),
      el(
        'span',
        { class: 'menu-words' },
        el('span', null, choice.label),
        choice.description && el('span', { class: 'muted' }, choice.description),
      ),
    );
    return heads ? [el('div', { class: 'option-group', role: 'presentation' }, choice.group), row] : [row];
  });
  return el(
    'div',
    { class: 'choice-list' },
    el('input', {
      class: 'field',
      type: 'search',
      ref: (input: HTMLInputElement | null) => (typed === '' ? input?.focus() : undefined),
      'aria-label': `Filter: ${label}`,
      'aria-controls': id,
      'aria-activedescendant': `${id}-${active}`,
      placeholder: 'Type to filter',
      value: typed,
      onInput: (event) => {
        setTyped(event.currentTarget.value);
        setActive(0);
      },
      onKeyDown,
    }),
    el(
      'div',
      { id, role: 'listbox', 'aria-label': label, 'aria-multiselectable': multi, class: 'options' },
      ...rows.flat(),
      choices.length === 0 && el('div', { class: 'muted option' }, 'No results'),
    ),
  );
}

/** Choices that match what is typed; an `external_select` asks the app for them. */
function useChoices(element: Loose, typed: string): readonly Choice[] {
  const surface = useSurface();
  const directory = useDirectory();
  const { blockId, actionId } = useElement(element);
  const [loaded, setLoaded] = useState<readonly Choice[]>([]);
  const external = asText(element.type).endsWith('external_select');
  const least = asNumber(element.min_query_length) ?? 3;
  useEffect(() => {
    if (!external || typed.length < least) return undefined;
    let current = true;
    void surface.suggest(blockId, actionId, typed).then((options) => {
      if (current) setLoaded(readOptions({ options }, plainOf));
    });
    return () => {
      current = false;
    };
  }, [typed]);
  if (external) return typed.length < least ? [] : loaded;
  const wanted = typed.toLowerCase();
  return listChoices(element, directory, plainOf).filter((each) =>
    `${each.label} ${each.description}`.toLowerCase().includes(wanted),
  );
}
