import { type JsonObject, objectsIn } from '../json.ts';
import { limits } from '../limits.ts';
import type { Fields, Kind, Rule, Walk } from './rules.ts';
import {
  anyText,
  anything,
  boolean,
  byType,
  integer,
  list,
  matching,
  object,
  oneOf,
  plainText,
  report,
  string,
} from './rules.ts';

const { option: optionLimits, options: counts, confirm: confirmLimits } = limits;

const confirm = object(
  { text: anyText(confirmLimits.text) },
  {
    title: plainText(confirmLimits.title),
    confirm: plainText(confirmLimits.button),
    deny: plainText(confirmLimits.button),
    style: oneOf('primary', 'danger'),
  },
);

const actionable: Fields = { action_id: string(limits.id, 1) };
const confirmable: Fields = { ...actionable, confirm };
const chooser: Fields = {
  ...confirmable,
  focus_on_load: boolean,
  placeholder: plainText(limits.placeholder),
};
const typed: Fields = {
  ...actionable,
  focus_on_load: boolean,
  placeholder: plainText(limits.placeholder),
  dispatch_action_config: object({
    trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 2),
  }),
};

function option(text: Rule): Rule {
  return object(
    { text },
    {
      value: string(optionLimits.value),
      description: anyText(optionLimits.description),
      url: string(optionLimits.url),
    },
  );
}

const plainOption = option(plainText(optionLimits.text));
const richOption = option(anyText(optionLimits.text));
const groups = list(
  object({ label: plainText(limits.groupLabel), options: list(plainOption, counts.select) }),
  counts.groups,
);

function options(max: number, min = 1): Rule {
  return list(richOption, max, min);
}

function eitherOptionsOrGroups(value: JsonObject, pointer: string, walk: Walk): void {
  if ((value.options === undefined) === (value.option_groups === undefined))
    report(walk, pointer, 'must provide either `options` or `option_groups`');
  initialIsAnOption(value, pointer, walk);
}

function initialIsAnOption(value: JsonObject, pointer: string, walk: Walk): void {
  const offered = [
    ...objectsIn(value.options),
    ...objectsIn(value.option_groups).flatMap((group) => objectsIn(group.options)),
  ].map((each) => each.value);
  const chosen = [...objectsIn(value.initial_options), ...objectsIn([value.initial_option ?? null])];
  for (const each of chosen)
    if (!offered.includes(each.value)) report(walk, pointer, 'initial option must be one of the options');
}

const selectOptions: Fields = { options: list(plainOption, counts.select), option_groups: groups };
const conversationFilter = object(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public')),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
);
const multi: Fields = { ...chooser, max_selected_items: integer(1) };
const ids = list(string(), counts.selected);
const conversationFields: Fields = { default_to_current_conversation: boolean, filter: conversationFilter };
const responding: Fields = { response_url_enabled: boolean };
const date = matching(/^\d{4}-\d{2}-\d{2}$/);
const time = matching(/^\d{2}:\d{2}$/);
const lengths: Fields = { min_length: integer(0, 3_000), max_length: integer(1, 3_000) };
const feedback = object(
  { text: plainText(limits.button.text), value: string(limits.button.value) },
  { accessibility_label: string(limits.button.accessibility) },
);

const image: Kind = {
  required: { alt_text: string(limits.image.alt, 1) },
  optional: {
    image_url: string(limits.image.url),
    slack_file: object({}, { id: matching(/^F[A-Z0-9]{8,}$/), url: string() }),
  },
  also: eitherUrlOrFile,
};

export function eitherUrlOrFile(value: JsonObject, pointer: string, walk: Walk): void {
  if ((value.image_url === undefined) === (value.slack_file === undefined))
    report(walk, pointer, 'must provide either `image_url` or `slack_file`');
}

const elements: { readonly [type: string]: Kind } = {
  button: {
    required: { text: plainText(limits.button.text) },
    optional: {
      ...confirmable,
      value: string(limits.button.value),
      url: string(limits.button.url),
      style: oneOf('primary', 'danger'),
      accessibility_label: string(limits.button.accessibility),
    },
  },
  workflow_button: {
    required: { text: plainText(limits.button.text), workflow: anything },
    optional: {
      ...confirmable,
      style: oneOf('primary', 'danger'),
      accessibility_label: string(limits.button.accessibility),
    },
  },
  overflow: {
    required: { options: list(plainOption, counts.overflow) },
    optional: confirmable,
  },
  checkboxes: {
    required: { options: options(counts.checkboxes) },
    optional: { ...confirmable, focus_on_load: boolean, initial_options: options(counts.checkboxes) },
    also: initialIsAnOption,
  },
  radio_buttons: {
    required: { options: options(counts.radio) },
    optional: { ...confirmable, focus_on_load: boolean, initial_option: richOption },
    also: initialIsAnOption,
  },
  static_select: {
    required: {},
    optional: { ...chooser, ...selectOptions, initial_option: plainOption },
    also: eitherOptionsOrGroups,
  },
  multi_static_select: {
    required: {},
    optional: { ...multi, ...selectOptions, initial_options: list(plainOption, counts.selected) },
    also: eitherOptionsOrGroups,
  },
  external_select: {
    required: {},
    optional: { ...chooser, initial_option: plainOption, min_query_length: integer(0) },
  },
  multi_external_select: {
    required: {},
    optional: { ...multi, initial_options: list(plainOption), min_query_length: integer(0) },
  },
  users_select: { required: {}, optional: { ...chooser, initial_user: string() } },
  multi_users_select: { required: {}, optional: { ...multi, initial_users: ids } },
  conversations_select: {
    required: {},
    optional: { ...chooser, ...conversationFields, ...responding, initial_conversation: string() },
  },
  multi_conversations_select: {
    required: {},
    optional: { ...multi, ...conversationFields, initial_conversations: ids },
  },
  channels_select: { required: {}, optional: { ...chooser, ...responding, initial_channel: string() } },
  multi_channels_select: { required: {}, optional: { ...multi, initial_channels: ids } },
  datepicker: { required: {}, optional: { ...chooser, initial_date: date } },
  timepicker: { required: {}, optional: { ...chooser, initial_time: time, timezone: string() } },
  datetimepicker: {
    required: {},
    optional: {
      ...confirmable,
      focus_on_load: boolean,
      initial_date_time: integer(1_000_000_000, 9_999_999_999),
    },
  },
  plain_text_input: {
    required: {},
    optional: { ...typed, ...lengths, initial_value: string(limits.input.value), multiline: boolean },
  },
  email_text_input: { required: {}, optional: { ...typed, initial_value: string() } },
  url_text_input: { required: {}, optional: { ...typed, initial_value: string() } },
  number_input: {
    required: { is_decimal_allowed: boolean },
    optional: { ...typed, initial_value: string(), min_value: string(), max_value: string() },
  },
  rich_text_input: {
    required: {},
    optional: { ...typed, initial_value: anything, min_lines: integer(1), max_lines: integer(1) },
  },
  file_input: {
    required: {},
    optional: { ...actionable, filetypes: list(string()), max_files: integer(1, 10) },
  },
  feedback_buttons: {
    required: { positive_button: feedback, negative_button: feedback },
    optional: actionable,
  },
  icon_button: {
    required: { icon: string(), text: plainText(limits.button.text) },
    optional: {
      ...confirmable,
      accessibility_label: string(limits.button.accessibility),
      value: string(limits.button.value),
      visible_to_user_ids: list(string()),
    },
  },
  image,
};

const choosers = Object.keys(elements).filter((type) => type.endsWith('_select'));
const pickers = ['datepicker', 'timepicker', 'checkboxes', 'radio_buttons'];
const pressed = ['button', 'workflow_button', 'overflow'];
const inputs = [
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'file_input',
];

export const actionsElement = byType(elements, [
  ...pressed,
  ...choosers,
  ...pickers,
  'datetimepicker',
  'rich_text_input',
]);
export const accessoryElement = byType(elements, [...pressed, ...choosers, ...pickers, 'image']);
export const inputElement = byType(elements, [...inputs, ...choosers, ...pickers, 'datetimepicker']);
export const contextActionsElement = byType(elements, ['feedback_buttons', 'icon_button']);
export const buttonElement = byType(elements, ['button']);
export const imageElement = byType(elements, ['image']);
