import type {
  BlockView,
  ElementState,
  Json,
  ModalView,
  StateValues,
} from '../../src/demo/workspace/protocol.ts';
import { readableText } from './readable-text.ts';

type Element = { readonly [key: string]: Json };
export interface Found {
  readonly blockId: string;
  readonly element: Element;
}

function isElement(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function elementsOf(blocks: readonly BlockView[]): Found[] {
  return blocks.flatMap((block) => {
    const listed = Array.isArray(block.elements) ? block.elements : [];
    return [...listed, block.accessory, block.element]
      .filter(isElement)
      .filter((element) => 'action_id' in element)
      .map((element) => ({ blockId: block.block_id, element }));
  });
}

/** What a person reads on an element: a button's text, an option's text, an input's label. */
export function labelOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return isElement(value) ? readableText(value.text ?? '') : '';
}

export function chosenBy(element: Element, label: string): ElementState | undefined {
  const type = labelOf(element.type);
  const names = [labelOf(element.text), labelOf(element.accessibility_label)];
  if (type === 'button' && names.includes(label)) return { type };
  const options = Array.isArray(element.options) ? element.options.filter(isElement) : [];
  const option = options.find((each) => labelOf(each.text) === label);
  if (!option) return undefined;
  return type === 'checkboxes' ? { type, selected_options: [option] } : { type, selected_option: option };
}

/** Inputs by label; a value is the text typed, the option's text, the date, or the person's id. */
export function filledIn(modal: ModalView, values: Record<string, string>): StateValues {
  const filled: Record<string, Record<string, ElementState>> = {};
  for (const [label, value] of Object.entries(values)) {
    const block = modal.blocks.find((each) => each.type === 'input' && labelOf(each.label) === label);
    const element = block?.element;
    if (!block || !isElement(element)) throw new Error(`the modal has no input "${label}"`);
    filled[block.block_id] = { [labelOf(element.action_id)]: stateFor(element, value) };
  }
  return filled;
}

const heldBy: { readonly [type: string]: string } = {
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  users_select: 'selected_user',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
};

function stateFor(element: Element, value: string): ElementState {
  const type = labelOf(element.type);
  const chosen = chosenBy(element, value);
  if (chosen) return chosen;
  const held = heldBy[type];
  if (held) return { type, [held]: value };
  if (!type.endsWith('_input')) throw new Error(`"${value}" is not an option of this ${type}`);
  return { type, value };
}
