import { escapeMrkdwn, escapeText } from '../escape-text.ts';
import type { JsonObject } from '../json.ts';
import { asString, isObject } from '../json.ts';
import type { Json } from '../protocol.ts';

export type Surface = 'message' | 'modal' | 'home';

export interface Finding {
  readonly message: string;
  readonly pointer: string;
}

/** One walk over a payload: what was found, and what only the whole can tell. */
export interface Walk {
  readonly surface: Surface;
  readonly findings: Finding[];
  readonly blockIds: Set<string>;
  /** Escaped characters of all texts. */
  characters: number;
  readonly counts: Map<string, number>;
}

export type Rule = (value: Json, pointer: string, walk: Walk) => void;
export type Fields = { readonly [field: string]: Rule };

export function report(walk: Walk, pointer: string, message: string): void {
  walk.findings.push({ message, pointer });
}

function checkLength(text: string, max: number, min: number, pointer: string, walk: Walk): void {
  if (text.length < min) report(walk, pointer, `must be more than ${min - 1} characters`);
  if (text.length > max) report(walk, pointer, `must be less than ${max + 1} characters`);
}

export function string(max = Number.POSITIVE_INFINITY, min = 0): Rule {
  return (value, pointer, walk) => {
    if (typeof value !== 'string') return report(walk, pointer, 'must be a string');
    checkLength(escapeText(value), max, min, pointer, walk);
  };
}

export function matching(pattern: RegExp): Rule {
  return (value, pointer, walk) => {
    if (typeof value !== 'string') return report(walk, pointer, 'must be a string');
    if (!pattern.test(value)) report(walk, pointer, `input must match regex pattern: ${pattern.source}`);
  };
}

export const boolean: Rule = (value, pointer, walk) => {
  if (typeof value !== 'boolean') report(walk, pointer, 'must be a boolean');
};

export function integer(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): Rule {
  return (value, pointer, walk) => {
    if (typeof value !== 'number' || !Number.isInteger(value))
      return report(walk, pointer, 'must be an integer');
    if (value < min) report(walk, pointer, `must be greater than ${min - 1}`);
    if (value > max) report(walk, pointer, `must be less than ${max + 1}`);
  };
}

export const number: Rule = (value, pointer, walk) => {
  if (typeof value !== 'number') report(walk, pointer, 'must be a number');
};

export const anything: Rule = () => {};

export function oneOf(...allowed: readonly Json[]): Rule {
  return (value, pointer, walk) => {
    if (!allowed.includes(value)) report(walk, pointer, 'must be a valid enum value');
  };
}

export function list(rule: Rule, max = Number.POSITIVE_INFINITY, min = 1): Rule {
  return (value, pointer, walk) => {
    if (!Array.isArray(value)) return report(walk, pointer, 'must be an array');
    if (value.length < min) report(walk, pointer, `no fewer than ${min} items allowed`);
    if (value.length > max) report(walk, pointer, `no more than ${max} items allowed`);
    for (const [index, item] of value.entries()) rule(item, `${pointer}/${index}`, walk);
  };
}

export function object(required: Fields, optional: Fields = {}): Rule {
  return (value, pointer, walk) => {
    if (!isObject(value)) return report(walk, pointer, 'must be an object');
    checkFields(value, pointer, walk, required, optional);
  };
}

export function checkFields(
  value: JsonObject,
  pointer: string,
  walk: Walk,
  required: Fields,
  optional: Fields,
): void {
  for (const name of Object.keys(required))
    if (value[name] === undefined) report(walk, pointer, `missing required field: ${name}`);
  for (const [name, field] of Object.entries(value)) {
    const rule = required[name] ?? optional[name];
    if (rule) rule(field, `${pointer}/${name}`, walk);
    else report(walk, pointer, `invalid additional property: ${name}`);
  }
}

const plainFields: Fields = { emoji: boolean };
const mrkdwnFields: Fields = { verbatim: boolean };

function textObject(max: number, kinds: readonly string[]): Rule {
  return (value, pointer, walk) => {
    if (!isObject(value)) return report(walk, pointer, 'must be an object');
    const { type, text } = value;
    if (type === undefined) return report(walk, pointer, 'missing required field: type');
    if (typeof type !== 'string' || !kinds.includes(type))
      return report(walk, pointer, `unsupported type: ${asString(type)}`);
    const plain = type === 'plain_text';
    const optional = plain ? plainFields : mrkdwnFields;
    checkFields(value, pointer, walk, { type: anything, text: anything }, optional);
    if (text === undefined) return;
    if (typeof text !== 'string') return report(walk, `${pointer}/text`, 'must be a string');
    const escaped = plain ? escapeText(text) : escapeMrkdwn(text);
    walk.characters += escaped.length;
    checkLength(escaped, max, 1, `${pointer}/text`, walk);
  };
}

export function plainText(max: number): Rule {
  return textObject(max, ['plain_text']);
}

export function anyText(max: number): Rule {
  return textObject(max, ['plain_text', 'mrkdwn']);
}

export interface Kind {
  readonly required: Fields;
  readonly optional?: Fields;
  /** What no single field can tell. */
  readonly also?: (value: JsonObject, pointer: string, walk: Walk) => void;
}

/** An object that says by `type` what it is; other types are refused by name, as Slack does. */
export function byType(kinds: { readonly [type: string]: Kind }, allowed?: readonly string[]): Rule {
  return (value, pointer, walk) => {
    if (!isObject(value)) return report(walk, pointer, 'must be an object');
    const { type } = value;
    if (type === undefined) return report(walk, pointer, 'missing required field: type');
    const name = asString(type);
    const kind = !allowed || allowed.includes(name) ? kinds[name] : undefined;
    if (!kind) return report(walk, pointer, `unsupported type: ${name}`);
    checkFields(value, pointer, walk, { type: anything, ...kind.required }, kind.optional ?? {});
    kind.also?.(value, pointer, walk);
  };
}
