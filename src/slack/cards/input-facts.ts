import { canonicalText, isObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Action } from '../../domain/manifest.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import { bold, type Piece } from './pieces.ts';
import { escapeText, mixedAlphabets, neutralise } from './text.ts';

export interface Field {
  readonly name: string;
  readonly text: string;
}

/** The fields in the order of the action's schema, never in the agent's. Different inputs are different fields. */
export function fieldsOf(action: Pick<Action, 'input'>, input: JsonObject): Field[] {
  const schema = isObject(action.input) && isObject(action.input.properties) ? action.input.properties : {};
  const names = [...new Set([...Object.keys(schema), ...Object.keys(input).sort()])];
  return names.flatMap((name) => {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    return value === undefined ? [] : [{ name, text: valueText(value, schema[name]) }];
  });
}

/** Text stands bare where the schema allows nothing but text; all else as JSON, so that `5` and `"5"` differ. */
export function valueText(value: Json, schema?: Json): string {
  const onlyText = isObject(schema) && schema.type === 'string';
  if (
    typeof value === 'string' &&
    onlyText &&
    value !== '' &&
    value === value.trim() &&
    !value.startsWith('"')
  )
    return value;
  return canonicalText(value);
}

export interface InputFacts {
  readonly lines: readonly (readonly Piece[])[];
  /** What of the input is not on the card; undefined: it is there whole. */
  readonly missing: readonly Piece[] | undefined;
}

/** The input whole; or, where it is too much for a card, the start of every field and which of them are not whole. */
export function inputFacts(fields: readonly Field[]): InputFacts {
  const { text, cut, fields: most } = limits.input;
  const length = fields.reduce((sum, each) => sum + lengthOf(each.name) + lengthOf(each.text), 0);
  const isLong = ({ name, text: value }: Field) => lengthOf(name) > limits.name || lengthOf(value) > cut;
  if (length <= text && fields.length <= most && !fields.some(({ name }) => lengthOf(name) > limits.name))
    return { lines: fields.map((field) => fieldLine(field, text)), missing: undefined };
  const cutShort = fields.filter((field, index) => index >= most || isLong(field));
  return {
    lines: fields.slice(0, most).map((field) => fieldLine(field, cut)),
    missing: cutShort.length > 0 ? namesOf(cutShort) : undefined,
  };
}

function namesOf(fields: readonly Field[]): Piece[] {
  const more = fields.length - limits.names;
  return [
    ...fields
      .slice(0, limits.names)
      .flatMap(({ name }, index): Piece[] => [index > 0 ? ', ' : '', bold(name, limits.name)]),
    more > 0 ? ` and ${formatCount(more, 'other field')}` : '',
  ];
}

function fieldLine({ name, text }: Field, max: number): Piece[] {
  return [bold(name, limits.name), ': ', { said: text, max }];
}

function lengthOf(text: string): number {
  return escapeText(neutralise(text)).length;
}

/** A warning for words that are spelled with letters of several alphabets; undefined: there are none. */
export function lookalikes(fields: readonly Field[]): string | undefined {
  const found = fields.flatMap(({ name, text }) => {
    const alphabets = mixedAlphabets(`${name} ${text}`);
    return alphabets.length > 0 ? [`${name} mixes ${alphabets.join(' and ')}`] : [];
  });
  return found.length > 0 ? found.join('; ') : undefined;
}
