import type { ElementState, Json, StateValues } from '../protocol.ts';
import { asList, asLoose, asNumber, asText, type Loose } from './loose-json.ts';

/** Elements that hold a value and so stand in `state.values`; buttons and overflow menus do not. */
const INITIAL: Readonly<Record<string, (element: Loose) => readonly [key: string, value: unknown]>> = {
  plain_text_input: (e) => ['value', asText(e.initial_value) || null],
  email_text_input: (e) => ['value', asText(e.initial_value) || null],
  url_text_input: (e) => ['value', asText(e.initial_value) || null],
  number_input: (e) => ['value', asText(e.initial_value) || null],
  rich_text_input: (e) => ['rich_text_value', e.initial_value],
  static_select: (e) => ['selected_option', e.initial_option ?? null],
  external_select: (e) => ['selected_option', e.initial_option ?? null],
  users_select: (e) => ['selected_user', e.initial_user ?? null],
  channels_select: (e) => ['selected_channel', e.initial_channel ?? null],
  conversations_select: (e) => ['selected_conversation', e.initial_conversation ?? null],
  multi_static_select: (e) => ['selected_options', e.initial_options ?? []],
  multi_external_select: (e) => ['selected_options', e.initial_options ?? []],
  multi_users_select: (e) => ['selected_users', e.initial_users ?? []],
  multi_channels_select: (e) => ['selected_channels', e.initial_channels ?? []],
  multi_conversations_select: (e) => ['selected_conversations', e.initial_conversations ?? []],
  checkboxes: (e) => ['selected_options', e.initial_options ?? []],
  radio_buttons: (e) => ['selected_option', e.initial_option ?? null],
  datepicker: (e) => ['selected_date', e.initial_date ?? null],
  timepicker: (e) => ['selected_time', e.initial_time ?? null],
  datetimepicker: (e) => ['selected_date_time', asNumber(e.initial_date_time) ?? null],
  file_input: () => ['files', []],
};

export function initialState(element: Loose): ElementState | undefined {
  const type = asText(element.type);
  const initial = Object.hasOwn(INITIAL, type) ? INITIAL[type]?.(element) : undefined;
  if (!initial) return undefined;
  const [key, value] = initial;
  return value === undefined ? { type } : { type, [key]: toJson(value) };
}

/** What was read from JSON is JSON; this only says so to the compiler. */
export function toJson(value: unknown): Json {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(asLoose(value)).map(([key, each]) => [key, toJson(each)]));
}

/** Every element with an id, with the block it stands in; containers are looked into. */
export function listElements(
  blocks: readonly Loose[],
): readonly { blockId: string; block: Loose; element: Loose }[] {
  return blocks.flatMap((block) => {
    if (block.type === 'container') return listElements(asList(block.child_blocks));
    const single =
      block.type === 'input' ? block.element : block.type === 'section' ? block.accessory : undefined;
    const elements = block.type === 'actions' ? asList(block.elements) : single ? [asLoose(single)] : [];
    return elements.map((element) => ({ blockId: asText(block.block_id), block, element }));
  });
}

export function readState(values: StateValues, blockId: string, actionId: string): ElementState | undefined {
  return values[blockId]?.[actionId];
}

export function writeState(
  values: StateValues,
  blockId: string,
  actionId: string,
  state: ElementState,
): StateValues {
  return { ...values, [blockId]: { ...values[blockId], [actionId]: state } };
}

/** `state.values` as Slack sends it: one entry for each element that holds something and stands in `blocks` now. */
export function collectState(blocks: readonly Loose[], edits: StateValues): StateValues {
  let values: StateValues = {};
  for (const { blockId, element } of listElements(blocks)) {
    const actionId = asText(element.action_id);
    const state = readState(edits, blockId, actionId) ?? initialState(element);
    if (state) values = writeState(values, blockId, actionId, state);
  }
  return values;
}
