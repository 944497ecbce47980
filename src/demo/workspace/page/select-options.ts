import type { ElementState, Json } from '../protocol.ts';
import type { Directory } from './directory.ts';
import { conversationName, personName } from './directory.ts';
import { toJson } from './input-state.ts';
import { asList, asLoose, asText, asTexts, type Loose } from './loose-json.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly description: string;
  readonly group: string;
  /** What stands in the state when it is chosen: an option object, or an id. */
  readonly held: Json;
}

type Words = (text: Loose) => string;

function ofOption(option: Loose, group: string, words: Words): Choice {
  return {
    value: asText(option.value),
    label: words(asLoose(option.text)),
    description: words(asLoose(option.description)),
    group,
    held: toJson(option),
  };
}

/** Options of an element, or of the app's answer for an `external_select`. */
export function readOptions(source: Loose, words: Words): readonly Choice[] {
  const groups = asList(source.option_groups);
  if (groups.length === 0) return asList(source.options).map((option) => ofOption(option, '', words));
  return groups.flatMap((group) =>
    asList(group.options).map((option) => ofOption(option, words(asLoose(group.label)), words)),
  );
}

export function listChoices(element: Loose, directory: Directory, words: Words): readonly Choice[] {
  const type = asText(element.type).replace('multi_', '');
  if (type === 'users_select') {
    return [...directory.people.values()]
      .filter((person) => person.kind !== 'deactivated')
      .map((person) => ofId(person.id, person.name, person.title));
  }
  if (type === 'channels_select' || type === 'conversations_select') {
    const wanted = asTexts(asLoose(element.filter).include);
    return [...directory.conversations.values()]
      .filter(
        (each) => !each.archived && (type === 'channels_select' ? each.kind === 'public' : each.isMember),
      )
      .filter((each) => wanted.length === 0 || wanted.includes(each.kind === 'dm' ? 'im' : each.kind))
      .map((each) => ofId(each.id, conversationName(directory, each.id), each.topic));
  }
  return readOptions(element, words);
}

function ofId(id: string, label: string, description: string): Choice {
  return { value: id, label, description, group: '', held: id };
}

const HELD: Readonly<Record<string, string>> = {
  static_select: 'option',
  external_select: 'option',
  users_select: 'user',
  channels_select: 'channel',
  conversations_select: 'conversation',
};

function keyOf(type: string): string {
  const single = HELD[type.replace('multi_', '')] ?? 'option';
  return type.startsWith('multi_') ? `selected_${single}s` : `selected_${single}`;
}

export function holdChoices(type: string, held: readonly Json[]): ElementState {
  return { type, [keyOf(type)]: type.startsWith('multi_') ? [...held] : (held[0] ?? null) };
}

/** What is chosen now, with words for it even where the list of choices is not loaded. */
export function readHeld(
  state: ElementState | undefined,
  directory: Directory,
  words: Words,
): readonly Choice[] {
  const type = asText(state?.type);
  const value: unknown = state?.[keyOf(type)];
  const all: readonly unknown[] = Array.isArray(value)
    ? value
    : value === null || value === undefined
      ? []
      : [value];
  return all.map((each) => {
    if (typeof each !== 'string') return ofOption(asLoose(each), '', words);
    const label =
      each.startsWith('U') || each.startsWith('W')
        ? personName(directory, each)
        : conversationName(directory, each);
    return ofId(each, label, '');
  });
}
