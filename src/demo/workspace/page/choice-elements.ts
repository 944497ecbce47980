import { h, type JSX } from 'preact';
import { useId } from 'preact/hooks';
import { el } from './el.ts';
import { toJson } from './input-state.ts';
import { asList, asLoose, asText, isLoose, type Loose } from './loose-json.ts';
import { TextObject } from './prose-view.ts';
import { useElement } from './use-element.ts';

interface Props {
  element: Loose;
}

export function CheckboxesElement({ element }: Props): JSX.Element {
  const { state, commit, naming } = useElement(element);
  const held = asList(state?.selected_options);
  const isOn = (option: Loose) => held.some((each) => each.value === option.value);
  const toggle = (option: Loose) => {
    const next = asList(element.options).filter((each) => isOn(each) !== (each.value === option.value));
    return commit({ type: 'checkboxes', selected_options: toJson(next) });
  };
  const options = asList(element.options).map((option) =>
    h(Choice, {
      key: asText(option.value),
      type: 'checkbox',
      option,
      checked: isOn(option),
      choose: () => void toggle(option),
    }),
  );
  return el('div', { class: 'choices', role: 'group', ...naming }, ...options);
}

export function RadioElement({ element }: Props): JSX.Element {
  const { state, commit, naming } = useElement(element);
  const name = useId();
  const held = asLoose(state?.selected_option).value;
  const choose = (option: Loose) => commit({ type: 'radio_buttons', selected_option: toJson(option) });
  const options = asList(element.options).map((option) =>
    h(Choice, {
      key: asText(option.value),
      type: 'radio',
      name,
      option,
      checked: held === option.value,
      choose: () => void choose(option),
    }),
  );
  return el('div', { class: 'choices', role: 'radiogroup', ...naming }, ...options);
}

interface ChoiceProps {
  type: 'checkbox' | 'radio';
  name?: string;
  option: Loose;
  checked: boolean;
  choose: () => void;
}

function Choice({ type, name, option, checked, choose }: ChoiceProps): JSX.Element {
  return el(
    'label',
    { class: 'choice' },
    el('input', { type, checked, onChange: choose, ...(name && { name }) }),
    el(
      'span',
      null,
      h(TextObject, { text: asLoose(option.text) }),
      isLoose(option.description) &&
        el('span', { class: 'muted' }, h(TextObject, { text: option.description })),
    ),
  );
}
