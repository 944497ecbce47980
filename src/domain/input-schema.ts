import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { isObject, type Json, type JsonObject } from './json.ts';
import { nearest } from './nearest.ts';
import { isPlainSchema } from './plain-schema.ts';

export interface InputProblem {
  /** RFC 6901, from the root of what was posted. */
  readonly pointer: string;
  readonly detail: string;
}

// Verbose: an error brings the schema along that it broke, whose fields an unknown one may have meant.
const OPTIONS = { allErrors: true, strict: true, allowUnionTypes: true, verbose: true };
const forPlain = new Ajv2020({ ...OPTIONS, validateSchema: false });
let forOthers: Ajv2020 | undefined;
const compiled = new WeakMap<object, ValidateFunction>();

/** Compiles an action's JSON Schema (2020-12, strict). Throws with the library's sentence for one that is wrong. */
export function compileSchema(schema: Json): ValidateFunction {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw new TypeError('is not a JSON Schema');
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajvFor(schema).compile(schema);
    compiled.set(schema, validate);
  }
  return validate;
}

/** One that looks at the schema by JSON Schema's own first, where that can say something. */
function ajvFor(schema: Json): Ajv2020 {
  if (isPlainSchema(schema)) return forPlain;
  forOthers ??= new Ajv2020(OPTIONS);
  return forOthers;
}

/** What is wrong with an input, each with its place and the rule; empty: nothing. */
export function inputProblems(schema: Json, input: JsonObject): InputProblem[] {
  const validate = compileSchema(schema);
  if (validate(input)) return [];
  return (validate.errors ?? []).map(describe);
}

function describe(error: ErrorObject): InputProblem {
  const { additionalProperty, missingProperty, allowedValues } = error.params as Record<string, unknown>;
  const at = `/input${error.instancePath}`;
  if (typeof additionalProperty === 'string') {
    const name = additionalProperty.slice(0, 60);
    const meant = nearest(name, fieldsOf(error.parentSchema));
    return {
      pointer: `${at}/${additionalProperty.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      detail: `"${name}" is not a field of this action${meant ? `; did you mean "${meant}"?` : ''}`,
    };
  }
  if (typeof missingProperty === 'string') return { pointer: at, detail: `"${missingProperty}" is missing` };
  if (Array.isArray(allowedValues))
    return { pointer: at, detail: `must be one of ${allowedValues.join(', ')}` };
  return { pointer: at, detail: error.message ?? 'is not valid' };
}

function fieldsOf(schema: Json | undefined): string[] {
  return isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties) : [];
}
