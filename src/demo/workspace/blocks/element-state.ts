import { asString, isObject, type JsonObject, listIn, objectsIn, stringIn } from '../json.ts';
import type { BlockView, ElementState, Json, StateValues } from '../protocol.ts';

export interface PlacedElement {
  readonly block: BlockView;
  readonly element: JsonObject;
}

/** Every element that a person can use, with the block it stands in. */
export function elementsOf(blocks: readonly BlockView[]): PlacedElement[] {
  return blocks.flatMap((block) => {
    const own = [
      ...objectsIn(block.elements),
      ...objectsIn([block.accessory ?? null, block.element ?? null]),
    ];
    const nested = objectsIn(block.child_blocks).map((each) => ({
      ...each,
      type: stringIn(each.type),
      block_id: stringIn(each.block_id),
    }));
    return [
      ...own.filter((element) => element.action_id !== undefined).map((element) => ({ block, element })),
      ...elementsOf(nested),
    ];
  });
}

export function findElement(
  blocks: readonly BlockView[],
  blockId: string,
  actionId: string,
): PlacedElement | undefined {
  return elementsOf(blocks).find(
    (each) => each.block.block_id === blockId && each.element.action_id === actionId,
  );
}

/** The field that holds an element's value in `state.values`, and the one it starts from; buttons hold nothing. */
const stateFields: { readonly [type: string]: readonly [held: string, initial: string, empty: Json] } = {
  plain_text_input: ['value', 'initial_value', null],
  email_text_input: ['value', 'initial_value', null],
  url_text_input: ['value', 'initial_value', null],
  number_input: ['value', 'initial_value', null],
  rich_text_input: ['rich_text_value', 'initial_value', null],
  static_select: ['selected_option', 'initial_option', null],
  external_select: ['selected_option', 'initial_option', null],
  radio_buttons: ['selected_option', 'initial_option', null],
  multi_static_select: ['selected_options', 'initial_options', []],
  multi_external_select: ['selected_options', 'initial_options', []],
  checkboxes: ['selected_options', 'initial_options', []],
  users_select: ['selected_user', 'initial_user', null],
  multi_users_select: ['selected_users', 'initial_users', []],
  channels_select: ['selected_channel', 'initial_channel', null],
  multi_channels_select: ['selected_channels', 'initial_channels', []],
  conversations_select: ['selected_conversation', 'initial_conversation', null],
  multi_conversations_select: ['selected_conversations', 'initial_conversations', []],
  datepicker: ['selected_date', 'initial_date', null],
  timepicker: ['selected_time', 'initial_time', null],
  datetimepicker: ['selected_date_time', 'initial_date_time', null],
  file_input: ['files', 'files', []],
};

function initialState(element: JsonObject): ElementState | undefined {
  const type = stringIn(element.type);
  const fields = stateFields[type];
  if (!fields) return undefined;
  const [held, initial, empty] = fields;
  return { type, [held]: element[initial] ?? empty };
}

/** What Slack sends as `state.values`: every stateful element that still exists, as filled in or as it began. */
export function stateOf(
  blocks: readonly BlockView[],
  filled: StateValues = {},
): Record<string, Record<string, ElementState>> {
  const values: Record<string, Record<string, ElementState>> = {};
  for (const { block, element } of elementsOf(blocks)) {
    const initial = initialState(element);
    if (!initial) continue;
    const actionId = stringIn(element.action_id);
    const typed = filled[block.block_id]?.[actionId];
    const inBlock = values[block.block_id] ?? {};
    inBlock[actionId] = typed?.type === initial.type ? typed : initial;
    values[block.block_id] = inBlock;
  }
  return values;
}

function heldBy(state: ElementState): Json {
  const fields = stateFields[state.type];
  return fields ? (state[fields[0]] ?? null) : null;
}

function isEmpty(held: Json): boolean {
  return (
    held === null ||
    held === '' ||
    (Array.isArray(held) && held.length === 0) ||
    (isObject(held) && Object.keys(held).length === 0)
  );
}

function complaint(block: BlockView, element: JsonObject, held: Json): string | undefined {
  if (isEmpty(held)) return block.optional === true ? undefined : 'Please complete this required field.';
  const { min_length: min, max_length: max } = element;
  if (typeof held === 'string' && typeof min === 'number' && held.length < min)
    return `Must be at least ${min} characters`;
  if (typeof held === 'string' && typeof max === 'number' && held.length > max)
    return `Must be no more than ${max} characters`;
  if (element.type === 'number_input') return numberComplaint(element, Number(held));
  if (element.type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(asString(held)))
    return 'Please enter a valid email address.';
  if (element.type === 'url_text_input' && !URL.canParse(asString(held))) return 'Please enter a valid URL.';
  const most = element.max_selected_items;
  if (typeof most === 'number' && listIn(held).length > most) return `You can select up to ${most} items`;
  return undefined;
}

function numberComplaint(element: JsonObject, value: number): string | undefined {
  if (Number.isNaN(value) || (element.is_decimal_allowed === false && !Number.isInteger(value)))
    return 'Please enter a valid number.';
  if (element.min_value !== undefined && value < Number(element.min_value))
    return `Please enter a number greater than or equal to ${asString(element.min_value)}.`;
  if (element.max_value !== undefined && value > Number(element.max_value))
    return `Please enter a number less than or equal to ${asString(element.max_value)}.`;
  return undefined;
}

/** What Slack's client refuses before it sends a submission, by block_id. */
export function inputErrors(blocks: readonly BlockView[], values: StateValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, element } of elementsOf(blocks)) {
    if (block.type !== 'input') continue;
    const state = values[block.block_id]?.[stringIn(element.action_id)];
    const problem = complaint(block, element, state ? heldBy(state) : null);
    if (problem) errors[block.block_id] = problem;
  }
  return errors;
}
