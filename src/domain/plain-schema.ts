import { isObject, type Json } from './json.ts';

type Test = (value: Json) => boolean;

const TYPES = new Set<Json>(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

const isText: Test = (value) => typeof value === 'string';
const isFlag: Test = (value) => typeof value === 'boolean';
const isNumber: Test = (value) => typeof value === 'number';
const isCount: Test = (value) => Number.isInteger(value) && Number(value) >= 0;
const isAny: Test = () => true;
const isList: Test = Array.isArray;
const isType: Test = (value) =>
  Array.isArray(value)
    ? value.length > 0 && areUnique(value) && value.every((each) => TYPES.has(each))
    : TYPES.has(value);
const areNames: Test = (value) => Array.isArray(value) && areUnique(value) && value.every(isText);
const areSchemas: Test = (value) => isObject(value) && Object.values(value).every(isPlainSchema);
const isChoice: Test = (value) => Array.isArray(value) && value.length > 0 && value.every(isPlainSchema);

function areUnique(values: readonly Json[]): boolean {
  return new Set(values).size === values.length;
}

/** The words that actions use, by what may stand there. */
const WORDS: Readonly<Record<string, Test>> = {
  ...{ type: isType, enum: isList, const: isAny, default: isAny, examples: isList },
  ...{ title: isText, description: isText, $comment: isText, format: isText, pattern: isText },
  ...{ deprecated: isFlag, readOnly: isFlag, writeOnly: isFlag, uniqueItems: isFlag },
  ...{ minimum: isNumber, maximum: isNumber, exclusiveMinimum: isNumber, exclusiveMaximum: isNumber },
  ...{ minLength: isCount, maxLength: isCount, minItems: isCount, maxItems: isCount },
  ...{ minProperties: isCount, maxProperties: isCount, required: areNames },
  ...{ properties: areSchemas, $defs: areSchemas, $ref: isText },
  ...{ items: isPlainSchema, additionalProperties: isPlainSchema, not: isPlainSchema },
  ...{ allOf: isChoice, anyOf: isChoice, oneOf: isChoice, prefixItems: isChoice },
};

/**
 * Is it sure, without asking, that JSON Schema's own schema (2020-12) accepts it? False says nothing: it has a word that is wrong,
 * or one that is not looked at here. Nearly all actions' are plain, and compiling that schema took 60 ms of each start.
 */
export function isPlainSchema(schema: Json): boolean {
  if (typeof schema === 'boolean') return true;
  return (
    isObject(schema) &&
    Object.entries(schema).every(([word, value]) => Object.hasOwn(WORDS, word) && WORDS[word]?.(value))
  );
}
